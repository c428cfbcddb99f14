import { ApiError } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import { refOf } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { createHangingWebhooks } from "./hanging-webhooks.ts";

const signal = new AbortController().signal;
const unit = { cluster: "prod", app: "shop", appUid: "1" };
const object = (name: string, kind = "ConfigMap"): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "shop" },
});
const timedOut = (webhook: string): ApiError =>
  new ApiError("PATCH", {
    errorClass: "TRANSIENT",
    status: 500,
    reason: "InternalError",
    message: `Internal error occurred: failed calling webhook "${webhook}": context deadline exceeded`,
    causes: [],
  });

/** Writes that end as told after so many ms; time stands still otherwise. */
const setUp = () => {
  let now = 0;
  const hangs = createHangingWebhooks({ monotonic: () => now }, { chance: () => 0.5 });
  const write = async (
    name: string,
    end: { readonly ms: number; readonly webhook?: string },
    of = unit,
  ): Promise<void> => {
    const serverSideApply: Kube["serverSideApply"] = async () => {
      now += end.ms;
      if (end.webhook !== undefined) throw timedOut(end.webhook);
      return { object: object(name), created: false };
    };
    const kube = hangs.watch({ serverSideApply } as Kube, of);
    await kube.serverSideApply({ object: object(name), force: true, dryRun: false }, signal).catch(() => undefined);
  };
  const waits = (name: string, kind?: string, of = unit): string =>
    hangs.stop(of, refOf(object(name, kind)))?.reason.message ?? "";
  return {
    write,
    waits,
    pass: (ms: number) => void (now += ms),
    remedy: () => hangs.stop(unit, refOf(object("a")))?.reason.remedy,
  };
};

test("after the same webhook timed out twice, writes of that kind wait, and say for whom and what to look at", async () => {
  const { write, waits, remedy } = setUp();
  await write("a", { ms: 10_000, webhook: "slow.example.com" });
  expect(waits("b")).toBe("");
  await write("b", { ms: 10_000, webhook: "slow.example.com" });
  expect(waits("c")).toMatch(/ConfigMap shop\/c was not written: webhook "slow\.example\.com" did not answer in time/);
  expect(remedy()).toMatch(/webhook "slow\.example\.com", or at its timeoutSeconds and failurePolicy/);
  expect(waits("c", "Secret")).toBe("");
  expect(waits("c", "ConfigMap", { ...unit, app: "other" })).toBe("");
});

test("another webhook, or one that fails at once, is no second time", async () => {
  const { write, waits } = setUp();
  await write("a", { ms: 10_000, webhook: "one" });
  await write("a", { ms: 10_000, webhook: "two" });
  expect(waits("a")).toBe("");
  await write("a", { ms: 5, webhook: "two" });
  await write("a", { ms: 5, webhook: "two" });
  expect(waits("a")).toBe("");
});

test("after 1, 2, 4 … 60 s one at a time is tried", async () => {
  const { write, waits, pass } = setUp();
  for (let n = 0; n < 2; n += 1) await write("a", { ms: 10_000, webhook: "slow" });
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    pass(seconds * 1_000 - 1);
    expect(waits("a")).not.toBe("");
    pass(1);
    expect(waits("a")).toBe("");
    expect(waits("b")).not.toBe("");
    await write("a", { ms: 10_000, webhook: "slow" });
  }
});

test("one that passes lets the next be tried; when all that hung have passed, none waits", async () => {
  const { write, waits, pass } = setUp();
  await write("a", { ms: 10_000, webhook: "slow" });
  await write("b", { ms: 10_000, webhook: "slow" });
  pass(1_000);
  await write("never asked", { ms: 1 });
  expect([waits("c"), waits("d")]).toEqual(["", expect.stringContaining("slow")]);
  await write("a", { ms: 1 });
  await write("b", { ms: 1 });
  expect([waits("c"), waits("d")]).toEqual(["", ""]);
});
