import { ApplyResult, partitionOf, smallProfile } from "@evenkeel/contracts";
import type { ApplyFinished } from "@evenkeel/contracts";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { systemClock } from "@evenkeel/machine";
import { controlPlaneAvailable, eventually, startControlPlane } from "@evenkeel/testing";
import type { ControlPlane } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { anchorName } from "../core/anchor/anchor-document.ts";
import { clusterName } from "../story/story-declarations.fixture.ts";
import { installation, startStory } from "../story/story.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";

const configMap = (name: string, a: number): KubeObject =>
  ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: String(a) } }) as unknown as KubeObject;

describe.skipIf(!controlPlaneAvailable)(
  "an anchor that the cluster refuses, on a real nats-server and kube-apiserver",
  { timeout: 180_000 },
  () => {
    let controlPlane: ControlPlane;
    let story: Story;
    let passed = 0;
    const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + passed };
    beforeAll(async () => {
      controlPlane = await startControlPlane();
      story = await startStory({ controlPlane });
    }, 120_000);
    afterAll(async () => {
      await story?.[Symbol.asyncDispose]();
      await controlPlane?.[Symbol.asyncDispose]();
    });

    const nameOf = (app: string): string => anchorName(installation, partitionOf(clusterName, app, smallProfile));
    const request = async (method: "GET" | "PUT" | "PATCH" | "DELETE", app: string, body?: JsonObject) => {
      const path = `/api/v1/namespaces/evenkeel-system/configmaps/${nameOf(app)}`;
      const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
      const answer = await story.kube.transport.request(
        {
          method,
          path,
          headers: { "content-type": type },
          ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
        },
        AbortSignal.timeout(30_000),
      );
      expect(answer.status).toBe(200);
      return JSON.parse(answer.body.toString("utf8")) as { readonly data: Readonly<Record<string, string>> };
    };
    const seqIn = async (app: string): Promise<unknown> => {
      const { data } = await request("GET", app);
      const entry = JSON.parse(data[`app.${story.unit(app).appUid}`] ?? "{}") as {
        readonly version?: { readonly sources: unknown };
      };
      return entry.version?.sources;
    };
    const next = async (app: string, seq: number): Promise<ApplyFinished> => {
      const from = story.heard.length;
      await story.desire(app, [configMap(app, seq)], seq);
      return story.finished(app, ({ version }) => version?.sources[0]?.seq === BigInt(seq), from);
    };
    const anchored = (app: string, seq: number): Promise<void> =>
      eventually(async () => expect(await seqIn(app)).toEqual({ app: seq }), { timeoutMs: 30_000 });
    /** Its writes have been refused once, and for half a minute by its clock. */
    const refusedForLong = async (app: string, seq: number): Promise<ApplyFinished> => {
      let last = seq;
      return eventually(
        async () => {
          passed += 31_000;
          const fact = await next(app, (last += 1));
          expect(fact.result).toBe(ApplyResult.HELD);
          return fact;
        },
        { timeoutMs: 60_000, intervalMs: 500 },
      );
    };

    test("(made immutable) is told within half a minute, names what helps, and that helps", async () => {
      await story.declare("imm");
      const applier = await story.start({ clock });
      await next("imm", 1);
      await anchored("imm", 1);
      await request("PATCH", "imm", { immutable: true });
      const held = await refusedForLong("imm", 1);
      expect(held.reason).toMatchObject({
        code: "AuditUnavailable",
        message: expect.stringMatching(/^the anchor on cluster local cannot be written: .*immutable/),
        remedy: `delete ConfigMap ${nameOf("imm")} in namespace evenkeel-system: it is made again`,
      });
      await applier.stop();
      const successor = await story.start({ instance: "two", clock });
      expect((await next("imm", 10_000)).reason).toEqual(held.reason);
      await request("DELETE", "imm");
      expect((await next("imm", 10_001)).reason).toBeUndefined();
      await anchored("imm", 10_001);
      await successor.stop();
    });

    test("(made immutable) is written again by the same owner once it is deleted", async () => {
      await story.declare("same");
      const applier = await story.start({ clock });
      await next("same", 1);
      await anchored("same", 1);
      await request("PATCH", "same", { immutable: true });
      await refusedForLong("same", 1);
      await request("DELETE", "same");
      expect((await next("same", 10_000)).reason).toBeUndefined();
      await anchored("same", 10_000);
      await applier.stop();
    });

    test("(at its size limit) is told, names what helps, and that helps", async () => {
      await story.declare("big");
      const applier = await story.start({ clock });
      await next("big", 1);
      await anchored("big", 1);
      await applier.stop();
      const { data, ...rest } = await request("GET", "big");
      const [, entry = ""] = Object.entries(data).find(([key]) => key.startsWith("app.")) ?? [];
      const full: Record<string, string> = { ...data };
      const bytes = Object.values(data).reduce((sum, value) => sum + value.length, 0);
      for (let n = 0, room = 1024 * 1024 - bytes; room > entry.length; n += 1, room -= entry.length)
        full[`app.filler-${n}`] = entry;
      await request("PUT", "big", { ...rest, data: full } as unknown as JsonObject);
      const other = Array.from({ length: 99 }, (_, n) => `other-${n}`).filter((app) => nameOf(app) === nameOf("big"));
      const second = await story.start({ instance: "two", clock });
      for (const app of other.slice(0, 3)) await story.declare(app);
      for (const app of other.slice(0, 3)) await next(app, 1);
      const held = await refusedForLong("big", 1);
      const name = nameOf("big");
      expect(held.reason).toMatchObject({
        code: "AuditUnavailable",
        message: expect.stringMatching(/^the anchor on cluster local cannot be written: .*1048576/),
        remedy: `stop the applier, delete ConfigMap ${name} in namespace evenkeel-system, and start it: it is made again of what is applied from then on`,
      });
      await second.stop();
      await request("DELETE", "big");
      const third = await story.start({ instance: "three", clock });
      expect((await next("big", 10_000)).reason).toBeUndefined();
      await anchored("big", 10_000);
      await third.stop();
    });
  },
);
