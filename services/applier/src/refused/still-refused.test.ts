import { ApplyResult } from "@evenkeel/contracts";
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { systemClock } from "@evenkeel/machine";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startStory } from "../story/story.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";

const service = (name: string, nodePort: number): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { type: "NodePort", ports: [{ port: 80, protocol: "TCP", nodePort }] },
});

describe.skipIf(!controlPlaneAvailable)(
  "what is refused again and again, on a real nats-server and kube-apiserver",
  { timeout: 60_000 },
  () => {
    let story: Story;
    let looks = 0;
    beforeAll(async () => {
      story = await startStory();
      // The pauses between looks pass quickly, and are counted.
      const sleep: typeof systemClock.sleep = (ms, signal) => {
        if (ms >= 800) looks += 1;
        return systemClock.sleep(Math.min(ms, 100), signal);
      };
      await story.start({ clock: { ...systemClock, sleep } });
    }, 120_000);
    afterAll(async () => {
      await story?.[Symbol.asyncDispose]();
    });

    test("is asked for by dry-runs: no entry in the ledger, and no word, until it would be applied", async () => {
      await story.declare("refused");
      const taken = { ...service("taken", 30_950), metadata: { name: "taken", namespace: story.namespace } };
      const signal = AbortSignal.timeout(50_000);
      const options = { object: taken, force: true, dryRun: false, manager: "other" };
      const other = (await story.kube.serverSideApply(options, signal)).object;
      await story.desire("refused", [service("refused", 30_950)], 1);
      await story.finished("refused", ({ result }) => result === ApplyResult.FAILED);
      const [written, told, from] = [(await story.ledger("refused")).length, story.heard.length, looks];
      await eventually(async () => looks >= from + 5);
      expect((await story.ledger("refused")).length).toBe(written);
      expect(story.heard.length).toBe(told);
      await story.kube.deleteObject(refOf(other), { uid: other.metadata.uid ?? "" }, {}, signal);
      await story.finished("refused", ({ result }) => result === ApplyResult.APPLIED, told);
      expect((await story.ledger("refused")).length).toBe(written + 2);
    });
  },
);
