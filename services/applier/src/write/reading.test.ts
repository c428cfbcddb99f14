import { subscribe, unsubscribe } from "node:diagnostics_channel";

import { ApplyResult } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { useStory } from "../story/use-story.fixture.ts";
import type { OfTest } from "../story/use-story.fixture.ts";

const signal = AbortSignal.timeout(120_000);

/** The reads of one ConfigMap that went out meanwhile, from whoever they came. */
const readsOf = async (name: string, during: () => Promise<void>): Promise<number> => {
  let reads = 0;
  const onRequest = (message: unknown): void => {
    const { request } = message as { readonly request: { readonly method: string; readonly path: string } };
    if (request.method === "GET" && request.path.endsWith(`/configmaps/${name}`)) reads += 1;
  };
  subscribe("undici:request:create", onRequest);
  try {
    await during();
  } finally {
    unsubscribe("undici:request:create", onRequest);
  }
  return reads;
};

describe.skipIf(!controlPlaneAvailable)(
  "an object under a rule that leaves a field to others, on a real nats-server and kube-apiserver",
  { timeout: 60_000 },
  () => {
    let given: OfTest;
    useStory("read", (of) => (given = of), {
      declared: {
        adopt: "takeover",
        ignore: [{ selector: { kind: "ConfigMap" }, paths: ["data.theirs"], mode: "ignore" }],
      },
    });
    const wanted = (data: Record<string, string>): KubeObject =>
      ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: given.app }, data }) as unknown as KubeObject;
    const apply = async (seq: number, data: Record<string, string>): Promise<number> => {
      const { story, app } = given;
      return readsOf(app, async () => {
        await story.desire(app, [wanted(data)], seq);
        const fact = await story.finished(app, ({ version }) => version?.sources[0]?.seq === BigInt(seq));
        expect(fact.result).toBe(ApplyResult.APPLIED);
      });
    };
    const live = async () => (await given.story.live(wanted({})))?.["data"];

    test("is read once by the plan and once before it is made", async () => {
      expect(await apply(1, { a: "1", theirs: "1" })).toBe(2);
      expect(await live()).toEqual({ a: "1" });
    });

    test("is read once by the plan and once before it is taken over", async () => {
      const { story, app } = given;
      const object = {
        ...wanted({ a: "0", gone: "0", theirs: "0" }),
        metadata: { name: app, namespace: story.namespace },
      };
      await story.kube.serverSideApply({ object, force: true, dryRun: false, manager: "kubectl" }, signal);
      expect(await apply(1, { a: "1", theirs: "1" })).toBe(2);
      expect(await live()).toEqual({ a: "1", theirs: "0" });
    });

    test("is read once before it is changed, also where something left Git", async () => {
      await apply(1, { a: "1", b: "1" });
      expect(await apply(2, { a: "2" })).toBe(1);
      expect(await live()).toEqual({ a: "2" });
    });
  },
);
