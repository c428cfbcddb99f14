import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { FLEET_SOURCE } from "@evenkeel/contracts";
import { initCheckout } from "@evenkeel/git";
import type { Checkout } from "@evenkeel/git";
import { listContexts } from "@evenkeel/kube";
import { startControlPlane, startGitServer } from "@evenkeel/testing";
import type { ControlPlane } from "@evenkeel/testing";
import { readFile } from "node:fs/promises";

import { launchProcesses } from "../start/launch-processes.ts";
import type { Launched, LaunchOptions } from "../start/launch-processes.ts";
import { postWebhook } from "../start/post-webhook.ts";
import { appFiles, fleetFiles, namespaceFiles } from "./bench-fleet.ts";
import { monotonicMs, startObserver } from "./observer.ts";
import type { Observer } from "./observer.ts";

/** Everything the bench runs on: API server, Git over smart HTTP, the services as processes, the observer outside. */
export interface World extends AsyncDisposable {
  readonly cluster: ControlPlane;
  readonly launched: Launched;
  readonly observer: Observer;
  readonly repository: Checkout;
  readonly gitUrl: string;
  readonly dir: string;
  /** Pushes the repository and sends the webhook at once; the time the push returned (monotonic ms). */
  readonly push: (branch: string) => Promise<number>;
  /** Declares the applications: the start of the first install. The time the push returned. */
  readonly declareApps: () => Promise<number>;
}

const someone = { name: "Bench", email: "bench@example.org" };

/** How the services of a world run. */
export interface WorldOptions {
  readonly otlpEndpoint?: string | undefined;
  readonly extra?: LaunchOptions["extra"];
}

export const openWorld = async (
  dir: string,
  apps: number,
  { otlpEndpoint, extra }: WorldOptions,
  signal: AbortSignal,
): Promise<World> => {
  await using stack = new AsyncDisposableStack();
  await mkdir(dir, { recursive: true });
  const cluster = stack.use(await startControlPlane());
  const git = stack.use(await startGitServer());
  const make = async (name: string): Promise<Checkout> => {
    const { path } = await git.create(name);
    return initCheckout(join(dir, "work", name), { branch: "main", origin: path, committer: someone });
  };
  const [fleet, repository] = [await make("fleet"), await make("bench")];
  const gitUrl = `${git.url}/bench.git`;
  const { current } = listContexts(await readFile(cluster.kubeconfigPath, "utf8"));
  const declared = fleetFiles({ apps, url: gitUrl, context: current ?? "", interval: "60s", secret: "hook" });

  const files = Array.from({ length: apps }, (_unused, index) => appFiles(index, "0"));
  await repository.commitFiles(Object.assign({}, ...files, namespaceFiles()) as Record<string, string>, "all apps");
  await repository.push("main");
  const { "base.yaml": base = "", ...applications } = declared;
  await fleet.commitFiles({ "base.yaml": base }, "repository and cluster");
  await fleet.push("main");

  const launched = stack.use(
    await launchProcesses(
      {
        dir: join(dir, "state"),
        kubeconfig: cluster.kubeconfigPath,
        fleetUrl: `${git.url}/fleet.git`,
        ...(otlpEndpoint === undefined ? {} : { otlpEndpoint }),
        ...(extra === undefined ? {} : { extra }),
      },
      signal,
    ),
  );
  const observer = stack.use(await startObserver(cluster));
  const owned = stack.move();
  return {
    cluster,
    launched,
    observer,
    repository,
    gitUrl,
    dir,
    push: async (branch) => {
      await repository.push(branch);
      const at = monotonicMs();
      await postWebhook(launched.webhookUrl, "bench", launched.webhookSecret);
      return at;
    },
    declareApps: async () => {
      await fleet.commitFiles(applications, "all applications");
      await fleet.push("main");
      const at = monotonicMs();
      await postWebhook(launched.webhookUrl, FLEET_SOURCE, launched.webhookSecret);
      return at;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
