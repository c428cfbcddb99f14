import { ApiError } from "@evenkeel/kube";
import { expect, test } from "vitest";

import { PlacedElsewhere } from "../cluster/anchors.ts";
import type { Run } from "../run/admit.ts";
import { guardWrite } from "./guard.ts";
import { LeaseLost } from "./write-refused.ts";

const ref = { group: "", kind: "ConfigMap", namespace: "shop", name: "web" };

interface Given {
  readonly namespace?: string;
  /** What reading the anchor again throws. */
  readonly anchor?: Error;
  readonly isLive?: boolean;
  readonly isStopped?: boolean;
  readonly hangs?: object;
}

const guarded = ({ namespace = "shop", anchor, isLive = true, isStopped = false, hangs }: Given) => {
  const run = {
    kube: { discovery: { resolve: () => ({ namespaced: true }) } },
    declared: { app: { spec: { namespace } } },
    anchor: { check: async () => (anchor === undefined ? undefined : Promise.reject(anchor)) },
    signal: isStopped ? AbortSignal.abort() : new AbortController().signal,
    partition: { lease: { live: () => isLive }, hangs: { stop: () => hangs } },
    fact: { unit: { cluster: "prod", app: "web", appUid: "u" } },
  } as unknown as Run;
  return guardWrite(run, ref);
};

const detail = { errorClass: "TRANSIENT", status: 503, reason: "NoAnswer", message: "no", causes: [] } as const;
const waits = { reason: { code: "ApiUnavailable", message: "m", remedy: "r" }, again: true };

test.each<[string, Given, object | undefined]>([
  ["is made where nothing speaks against it", {}, undefined],
  [
    "outside the grant fails",
    { namespace: "other" },
    { kind: "failed", reason: { code: "ScopeDenied" }, again: false },
  ],
  ["is not begun under a lease that is not sure", { isLive: false }, { kind: "stopped" }],
  ["is not begun once the run was told to stop", { isStopped: true }, { kind: "stopped" }],
  ["is not begun after another owner has written", { anchor: new LeaseLost("later epoch") }, { kind: "stopped" }],
  ["is not begun where it is placed elsewhere", { anchor: new PlacedElsewhere("elsewhere") }, { kind: "stopped" }],
  [
    "ends all where the anchor cannot be read",
    { anchor: new ApiError("anchor read", detail) },
    { kind: "failed", again: true, ends: true },
  ],
  ["waits for a webhook that does not answer", { hangs: waits }, { kind: "failed", ...waits }],
])("a write %s", async (_title, given, expected) => {
  const answer = await guarded(given);
  if (expected === undefined) expect(answer).toBeUndefined();
  else expect(answer).toMatchObject(expected);
});

test("a write that cannot be told from a forbidden one is not made", async () => {
  await expect(guarded({ anchor: new TypeError("unforeseen") })).rejects.toThrow("unforeseen");
});
