import { createEmbeddedCluster, listenTls, openInProcess } from "@evenkeel/embedded-cluster";
import { connectKube, connectOver } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";

import { application } from "./applications.ts";
import { forever } from "./fleet.ts";
import { repeat } from "./measure.ts";
import type { Row } from "./table.ts";
import { rate } from "./table.ts";

const GET = { method: "GET", path: "/apis/apps/v1/namespaces/default/deployments/app-0" } as const;

const rowsOf = async (front: string, kube: Kube, budgetMs: number): Promise<readonly Row[]> => {
  for (const object of application(0)) await kube.serverSideApply({ object, force: true, dryRun: false }, forever);
  const get = (): Promise<unknown> => kube.transport.request(GET, forever);
  const apply = (turn: number): Promise<unknown> => {
    const [object] = application(0, turn);
    return object === undefined
      ? Promise.resolve()
      : kube.serverSideApply({ object, force: true, dryRun: false }, forever);
  };
  const row = async (what: string, work: (turn: number) => Promise<unknown>, lanes: number): Promise<Row> => {
    const { times, took } = await repeat(work, budgetMs, lanes);
    return [`${what}, ${front}, ${lanes} at a time`, rate(took, times)];
  };
  const config = { group: "", kind: "ConfigMap", namespace: "default", name: "app-0" };
  return [
    await row("GET of a small ConfigMap", () => kube.getObject(config, {}, forever), 1),
    await row("apply of a changed ConfigMap", apply, 1),
    await row("GET of a Deployment", get, 1),
    await row("GET of a Deployment", get, 16),
    await row("apply of a changed ConfigMap", apply, 16),
  ];
};

/** What each world of a simulation begins with. */
export const measureFresh = async (budgetMs: number): Promise<readonly Row[]> => {
  const fresh = await repeat(async (seed) => createEmbeddedCluster({ seed }), budgetMs);
  const connected = await repeat(async (seed) => {
    const cluster = createEmbeddedCluster({ seed });
    await connectOver(openInProcess(cluster), cluster, forever);
  }, budgetMs);
  return [
    ["fresh clusters", rate(fresh.took, fresh.times)],
    ["fresh clusters with a client that knows what they serve", rate(connected.took, connected.times)],
  ];
};

/** The same requests in process, which is the floor, and over TLS. */
export const measureFronts = async (budgetMs: number): Promise<readonly Row[]> => {
  await using cluster = createEmbeddedCluster({ name: "fronts" });
  const floor = await rowsOf("in process", await connectOver(openInProcess(cluster), cluster, forever), budgetMs);
  await using front = await listenTls(cluster);
  await using kube = await connectKube(front.access(), {}, forever);
  return [...floor, ...(await rowsOf("over TLS", kube, budgetMs))];
};
