import { flows } from "@evenkeel/contracts";
import { openArtifacts } from "@evenkeel/artifacts";
import type { Lease } from "@evenkeel/bus";
import { thisMachine } from "@evenkeel/machine";
import { createMetrics, recordingTelemetry, silentTelemetry } from "@evenkeel/telemetry";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openBodies } from "../hear/declared.ts";
import { holdCluster } from "../hold-cluster.ts";
import type { HoldDeps } from "../hold-cluster.ts";
import { configMap } from "../matrix/manifests.fixture.ts";
import { startStory } from "./story.fixture.ts";
import type { Story } from "./story.fixture.ts";

/** Of a term that nobody else has. */
const lease = { epoch: 7n, live: () => true } as unknown as Lease;

/** Something that happens while a term begins. */
type Moment = "the declaration is read" | "the cluster was reached" | "its units are taken in" | "it begins to watch";

describe.skipIf(!controlPlaneAvailable)(
  "a term whose lease ends while it begins, on a real nats-server and kube-apiserver",
  { timeout: 30_000 },
  () => {
    let story: Story;
    let deps: Omit<HoldDeps, "telemetry">;
    const stop = new AbortController();
    beforeAll(async () => {
      story = await startStory("correct");
      await story.desire([configMap("a")], 1);
      await story.apply([configMap("a")], 1);
      const joined = await story.join();
      const desired = await joined.bus.latest(flows.desiredStateChanged, {}, {}, stop.signal);
      await eventually(() => desired.all({ "unit.cluster": story.unit.cluster }).length === 1);
      deps = {
        ...joined,
        desired,
        metrics: createMetrics(silentTelemetry().meter),
        ...thisMachine,
        bodies: openBodies(openArtifacts(joined.bus)),
        tables: new Map(),
      };
    }, 120_000);
    afterAll(async () => {
      stop.abort();
      await story?.[Symbol.asyncDispose]();
    });

    /** One term of a lease of its own; `on` is told of each moment of its beginning. */
    const hold = async (on: (moment: Moment, end: () => void) => void) => {
      const ending = new AbortController();
      const moment = (which: Moment): void => on(which, () => ending.abort(new Error("the lease has ended")));
      const recording = recordingTelemetry("drift-detector");
      const log: HoldDeps["telemetry"]["log"] = {
        ...recording.log,
        info: (message, fields) => {
          recording.log.info(message, fields);
          if (message === "watching a cluster") moment("it begins to watch");
        },
      };
      const heard: HoldDeps = {
        ...deps,
        telemetry: { ...silentTelemetry("drift-detector"), log },
        bodies: {
          ...deps.bodies,
          cluster: (...asked) => {
            moment("the declaration is read");
            return deps.bodies.cluster(...asked);
          },
        },
        desired: {
          ...deps.desired,
          onChange: (...asked) => {
            moment("the cluster was reached");
            return deps.desired.onChange(...asked);
          },
          all: (...asked) => {
            const isReached = deps.tables.size > 0;
            if (isReached) moment("its units are taken in");
            return deps.desired.all(...asked);
          },
        },
      };
      const how = await holdCluster(heard, story.unit.cluster, lease, ending.signal).then(
        () => undefined,
        (error: unknown) => error,
      );
      return { how, logs: recording.logs };
    };

    test.each<[Moment]>([
      ["the declaration is read"],
      ["the cluster was reached"],
      ["its units are taken in"],
      ["it begins to watch"],
    ])("ends when that is while %s, and leaves nothing behind", async (when) => {
      const seen: Moment[] = [];
      const { how, logs } = await hold((moment, end) => {
        seen.push(moment);
        if (moment === when) end();
      });
      expect(seen).toContain(when);
      // Ended in time, or told that it was ended: nothing else.
      expect(how === undefined || (how instanceof Error && /the lease has ended|aborted/.test(how.message))).toBe(true);
      expect(deps.tables.size).toBe(0);
      expect(logs.filter(({ level }) => level === "error" || level === "warn")).toEqual([]);
    });

    test("leaves the next term whole", async () => {
      const { how } = await hold((moment, end) => {
        if (moment !== "it begins to watch") return;
        void eventually(
          () =>
            deps.tables
              .get(story.unit.cluster)
              ?.find({ group: "", kind: "ConfigMap", namespace: story.namespace, name: "a" })?.state.isVerified ===
            true,
        ).finally(end);
      });
      expect(how).toBeUndefined();
    });
  },
);
