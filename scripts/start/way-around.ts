import { join, relative } from "node:path";

import { NAMESPACE, REPLICAS_FILE } from "../tour/sample-files.ts";
import type { Clusters } from "./clusters.ts";
import type { Screen } from "./screen.ts";

/** What there is to look at and to touch while it runs. */
export interface WayAround {
  readonly folder: { readonly dir: string; readonly isKept: boolean };
  readonly statusAddress: string;
  /** The CLI finds the server by itself. */
  readonly serverIsFound: boolean;
  readonly clusters: Clusters;
  /** Working copy of the sample application; undefined with a fleet of one's own. */
  readonly shopDir: string | undefined;
}

/** One word for a shell, whatever characters it has. */
const inShell = (text: string): string => (/^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** Tells a visitor the addresses, and how to change and to break something. */
export const showWayAround = (screen: Screen, around: WayAround): void => {
  const { folder, clusters, shopDir } = around;
  const short = (path: string): string => {
    const below = relative(process.cwd(), path);
    return inShell(below.startsWith("..") ? path : below);
  };
  const server = around.serverIsFound ? "" : ` --server ${around.statusAddress}`;
  const first = clusters.sample.find(({ env }) => env === "prod") ?? clusters.sample[0];
  screen.heading(
    folder.isKept ? "Running. Ctrl-C stops it; the state stays." : "Running. Ctrl-C stops it and removes what it made.",
  );
  screen.say(`Status (gRPC, read only) on ${around.statusAddress}; ask it with`);
  screen.say(`  npx evenkeel get units${server}`);
  if (shopDir !== undefined && first !== undefined) {
    screen.say(`  npx evenkeel history web@${first.name}${server}`);
    screen.say(`  npx evenkeel trace deployment/web -n ${NAMESPACE} --cluster ${first.name}${server}`);
    screen.say("Change something, in Git: edit the replicas, then commit and push");
    screen.say(`  ${short(join(shopDir, REPLICAS_FILE))}`);
    screen.say(`  git -C ${short(shopDir)} commit -am "scale" && git -C ${short(shopDir)} push origin HEAD:main`);
    screen.say(`Break something, by hand, and see it come back (npx evenkeel get drift${server})`);
    screen.say(
      `  kubectl --kubeconfig ${short(clusters.kubeconfig)} --context ${first.context} -n ${NAMESPACE} scale deployment web --replicas=9`,
    );
    if (clusters.editByHand !== undefined) screen.say(`  ${short(clusters.editByHand)} 9`);
  }
  screen.say(
    `Logs are in ${short(join(folder.dir, "logs"))}, the clusters' kubeconfig is ${short(clusters.kubeconfig)}`,
  );
};
