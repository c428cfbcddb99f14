import { connectOver } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { expect, test } from "vitest";

import { createEmbeddedCluster } from "../embedded-cluster.ts";
import { createManualClock } from "../faults/manual-clock.ts";
import { seededRandom } from "../faults/seeded-random.ts";
import { openInProcess } from "../front/open-in-process.ts";
import { forever } from "../testdata/both-fronts.ts";
import { startControllers } from "./start-controllers.ts";

interface Wanted {
  readonly replicas: number;
  readonly image: string;
  readonly surge: number | string;
}

const apply = (kube: Kube, { image, replicas, surge }: Wanted) =>
  kube.serverSideApply(
    {
      object: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", namespace: "default" },
        spec: {
          replicas,
          selector: { matchLabels: { app: "web" } },
          strategy: { rollingUpdate: { maxSurge: surge, maxUnavailable: "34%" } },
          template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image }] } },
        },
      },
      force: true,
      dryRun: false,
    },
    forever,
  );

interface Pod {
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
  readonly status: { readonly phase: string };
}
interface Deployment {
  readonly metadata: { readonly generation: number };
  readonly status: { readonly availableReplicas?: number; readonly observedGeneration: number };
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "whatever is edited, deleted or restarted on the way, a rollout ends at what was last wanted, and then rests (seed %i)",
  async (seed) => {
    const random = seededRandom(seed);
    const below = (limit: number): number => Math.floor(random() * limit);
    const clock = createManualClock();
    await using cluster = createEmbeddedCluster({ clock, seed });
    const kube = await connectOver(openInProcess(cluster), cluster, forever);
    let controllers = startControllers(cluster, { paceMs: 2_000 });
    const pass = async (seconds: number): Promise<void> => {
      await controllers.idle();
      for (let left = seconds; left > 0; left -= 1) {
        clock.advance(1_000);
        await controllers.idle();
      }
    };
    const pods = () => cluster.store.list("", "pods", "default");
    let wanted: Wanted = { replicas: 2, image: "web:1", surge: 1 };
    for (let step = 0; step < 14; step += 1) {
      const act = below(5);
      if (act === 0) wanted = { ...wanted, image: `web:${1 + below(3)}` };
      else if (act === 1) wanted = { ...wanted, replicas: below(6) };
      else if (act === 2) wanted = { ...wanted, surge: [0, 1, "50%"][below(3)] ?? 1 };
      else if (act === 3 && pods().length > 0) {
        const name = pods()[below(pods().length)]!.key.name;
        await kube.transport.request({ method: "DELETE", path: `/api/v1/namespaces/default/pods/${name}` }, forever);
      } else {
        await controllers[Symbol.asyncDispose]();
        controllers = startControllers(cluster, { paceMs: 2_000 });
      }
      await apply(kube, wanted);
      await pass(below(5));
    }
    await pass(90);
    const deployment = JSON.parse(cluster.store.list("apps", "deployments")[0]!.json) as Deployment;
    const running = pods().map(({ json }) => JSON.parse(json) as Pod);
    expect(running.map(({ spec, status }) => `${spec.containers[0]?.image} ${status.phase}`)).toEqual(
      Array.from({ length: wanted.replicas }, () => `${wanted.image} Running`),
    );
    expect(deployment.status.availableReplicas ?? 0).toBe(wanted.replicas);
    expect(deployment.status.observedGeneration).toBe(deployment.metadata.generation);
    const revision = cluster.store.revision();
    await pass(30);
    expect(cluster.store.revision()).toBe(revision);
    await controllers[Symbol.asyncDispose]();
  },
);
