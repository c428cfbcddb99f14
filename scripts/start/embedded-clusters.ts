import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createEmbeddedCluster, listenTls, openJournal, startControllers } from "@evenkeel/embedded-cluster";

import { NAMESPACE } from "../tour/sample-files.ts";
import type { SampleCluster } from "../tour/sample-files.ts";
import type { Clusters } from "./clusters.ts";

const demo: readonly SampleCluster[] = [
  { name: "staging", env: "staging", context: "staging" },
  { name: "prod-eu", env: "prod", context: "prod-eu" },
  { name: "prod-us", env: "prod", context: "prod-us" },
];
/** The cluster that a visitor is invited to edit. */
const EDITED = "prod-eu";
/** Between two steps of a rollout, so that Progressing can be seen and nobody waits long. */
const PACE_MS = 300;

/** Three embedded clusters behind one TLS port of this machine, with a kubeconfig below `dir`. */
export const startEmbeddedClusters = async (folder: {
  readonly dir: string;
  readonly isKept: boolean;
}): Promise<Clusters & { readonly version: string }> => {
  await using stack = new AsyncDisposableStack();
  const dir = join(folder.dir, "clusters");
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const clusters = demo.map(({ name }) => {
    const journal = folder.isKept ? { journal: stack.use(openJournal(join(dir, `${name}.jsonl`))) } : {};
    return stack.use(createEmbeddedCluster({ name, ...journal }));
  });
  const front = stack.use(await listenTls(clusters, { folder: dir }));
  for (const cluster of clusters) stack.use(startControllers(cluster, { paceMs: PACE_MS }));
  const kubeconfig = join(dir, "kubeconfig");
  const script = join(dir, "scale-by-hand.sh");
  const server = front.clusters.find(({ name }) => name === EDITED)?.server ?? "";
  await writeFile(join(dir, "ca.crt"), front.caCert);
  await writeFile(script, scaleByHand(server, front.adminToken), { mode: 0o700 });
  const owned = stack.move();
  return {
    kubeconfig,
    sample: demo,
    rollsOut: true,
    version: clusters[0]?.version ?? "",
    editByHand: script,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

/** For visitors without kubectl: the same write by curl, under the name of a person. */
const scaleByHand = (server: string, token: string): string => `#!/bin/sh
# Sets the replicas of Deployment web on ${EDITED} by hand, as somebody who does not know about Git would.
exec curl --silent --show-error --cacert "$(dirname "$0")/ca.crt" --header 'authorization: Bearer ${token}' \\
  --request PATCH --header 'content-type: application/merge-patch+json' \\
  --data '{"spec":{"replicas":'"\${1:-9}"'}}' --output /dev/null --write-out 'answered %{http_code}\\n' \\
  '${server}/apis/apps/v1/namespaces/${NAMESPACE}/deployments/web?fieldManager=by-hand'
`;
