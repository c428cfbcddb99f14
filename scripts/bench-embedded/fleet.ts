import { createEmbeddedCluster, openInProcess, startControllers } from "@evenkeel/embedded-cluster";
import type { EmbeddedCluster } from "@evenkeel/embedded-cluster";
import { discover, openKube } from "@evenkeel/kube";
import type { Discovery, Kube } from "@evenkeel/kube";

import { application } from "./applications.ts";
import { heapBytes, rssBytes, timed } from "./measure.ts";
import type { Row } from "./table.ts";
import { bytes, count, rate, time } from "./table.ts";

export const forever = new AbortController().signal;

export interface Fleet {
  readonly clusters: readonly EmbeddedCluster[];
  readonly kubes: readonly Kube[];
  readonly rows: readonly Row[];
}

/** What a cluster serves is the same everywhere: asked once, as a service would keep it by its hash. */
const openAll = async (clusters: readonly EmbeddedCluster[]): Promise<readonly Kube[]> => {
  let shared: Discovery | undefined;
  const kubes: Kube[] = [];
  for (const cluster of clusters) {
    const transport = openInProcess(cluster);
    shared ??= await discover(transport, cluster.clock, forever);
    kubes.push(openKube(transport, shared));
  }
  return kubes;
};

const objectsOf = (cluster: EmbeddedCluster): readonly { readonly json: string }[] => [
  ...cluster.store.list("", "configmaps"),
  ...cluster.store.list("", "services"),
  ...cluster.store.list("apps", "deployments"),
];

/** Applies every application to every cluster; gives its rate. */
const applyAll = async (kubes: readonly Kube[], apps: number, version: number): Promise<string> => {
  const { took } = await timed(async () => {
    for (const kube of kubes) {
      for (let app = 0; app < apps; app += 1) {
        for (const object of application(app, version)) {
          await kube.serverSideApply({ object, force: false, dryRun: false }, forever);
        }
      }
    }
  });
  return rate(took, kubes.length * apps * 3);
};

/** Makes the fleet and fills it, measuring on the way. */
export const openFleet = async (size: number, apps: number): Promise<Fleet> => {
  const rows: Row[] = [];
  const first = await timed(() => createEmbeddedCluster({ name: "first" }));
  const second = await timed(() => createEmbeddedCluster({ name: "second" }));
  rows.push(["start of the first cluster (tables of all kinds included)", time(first.took.ms)]);
  rows.push(["start of one more", time(second.took.ms)]);

  const heapBefore = heapBytes();
  const rssBefore = rssBytes();
  const made = await timed(() =>
    Array.from({ length: size }, (_, index) => createEmbeddedCluster({ name: `c-${index}` })),
  );
  const clusters = made.result;
  const heapEmpty = heapBytes();
  rows.push([`start of ${size} clusters`, time(made.took.ms)]);
  rows.push(["heap per empty cluster", bytes((heapEmpty - heapBefore) / size)]);

  const kubes = await openAll(clusters);
  const heapOpen = heapBytes();
  const created = await applyAll(kubes, apps, 1);
  const heapFull = heapBytes();
  const stored = clusters.flatMap(objectsOf);
  const json = stored.reduce((total, object) => total + object.json.length, 0) / stored.length;
  rows.push(["applies that create", created]);
  rows.push([`objects (${size} clusters x ${apps} applications x 3)`, count(stored.length)]);
  rows.push(["heap per object, event window included", bytes((heapFull - heapOpen) / stored.length)]);
  rows.push(["its JSON", bytes(json)]);
  rows.push(["all of it: heap", bytes(heapFull - heapBefore)]);
  rows.push(["all of it: resident, on top of the bare process", bytes(rssBytes() - rssBefore)]);

  const sample = kubes.slice(0, Math.max(1, Math.ceil(size / 10)));
  rows.push(["applies that change nothing", await applyAll(sample, apps, 1)]);
  rows.push(["applies that change the Deployment and the ConfigMap", await applyAll(sample, apps, 2)]);
  return { clusters, kubes, rows };
};

/** Toy controllers without pods on every cluster, until every Deployment has its status. */
export const measureControllers = async ({ clusters }: Fleet): Promise<readonly Row[]> => {
  const only = ["deployment"] as const;
  const heapBefore = heapBytes();
  const deployments = clusters.reduce((total, cluster) => total + cluster.store.list("apps", "deployments").length, 0);
  const { took, result: running } = await timed(async () => {
    const started = clusters.map((cluster) => startControllers(cluster, { paceMs: 0, pods: false, only }));
    for (const controllers of started) await controllers.idle();
    return started;
  });
  const heap = heapBytes() - heapBefore;
  for (const controllers of running) await controllers[Symbol.asyncDispose]();
  return [
    ["statuses written by controllers without pods", rate(took, deployments)],
    ["heap of the controllers, per cluster (statuses included)", bytes(heap / clusters.length)],
  ];
};
