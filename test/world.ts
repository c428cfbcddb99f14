import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { FLEET_SOURCE, StatusServiceDefinition } from "@evenkeel/contracts";
import type { StatusServiceClient } from "@evenkeel/contracts";
import { initCheckout } from "@evenkeel/git";
import type { Checkout } from "@evenkeel/git";
import { connectKube, listContexts, loadKubeconfig } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import { launchProcesses, postWebhook } from "@evenkeel/scripts";
import type { Launched } from "@evenkeel/scripts";
import { eventually, startControlPlane, startGitServer, startOtlpRecorder, temporaryFolder } from "@evenkeel/testing";
import type { ControlPlane, GitServer, OtlpRecorder } from "@evenkeel/testing";
import type { ObjectRef } from "@evenkeel/words";
import { createChannel, createClient } from "nice-grpc";

const developer = { name: "Ana", email: "ana@example.org" };

/** The whole system on real parts: API server, Git over smart HTTP, nats-server, and every service as a process. */
export interface World extends AsyncDisposable {
  readonly cluster: ControlPlane;
  /** As the cluster's administrator, who is not the product. */
  readonly kube: Kube;
  readonly launched: Launched;
  readonly fleet: Checkout;
  readonly shop: Checkout;
  readonly shopUrl: string;
  /** Serves all repositories. */
  readonly git: GitServer;
  /** A further repository. */
  readonly makeRepository: (name: string) => Promise<{ readonly url: string; readonly checkout: Checkout }>;
  readonly status: StatusServiceClient;
  readonly traces: OtlpRecorder;
  /** Context of the kubeconfig the product uses; its user is `evenkeel`. */
  readonly context: string;
  /** Commits, pushes and sends the webhook; the commit's id. */
  readonly commit: (
    where: "fleet" | "shop",
    files: Readonly<Record<string, string | undefined>>,
    message: string,
  ) => Promise<string>;
  readonly hint: (where: "fleet" | "shop") => Promise<void>;
  readonly live: (ref: ObjectRef) => Promise<KubeObject | undefined>;
}

const never = new AbortController().signal;

/** Opens a world; nothing is declared yet but what `fleetFiles` says (given the shop's URL and the context). */
export const openWorld = async (
  fleetFiles: (shopUrl: string, context: string) => Readonly<Record<string, string>>,
): Promise<World> => {
  await using stack = new AsyncDisposableStack();
  const { path: dir } = stack.use(await temporaryFolder());
  const cluster = stack.use(await startControlPlane({ audit: true }));
  const traces = stack.use(await startOtlpRecorder());
  const git = stack.use(await startGitServer());
  const make = async (name: string): Promise<Checkout> => {
    const { path } = await git.create(name);
    return initCheckout(join(dir, "work", name), { branch: "main", origin: path, committer: developer });
  };
  const repositories = { fleet: await make("fleet"), shop: await make("shop") };
  const product = await cluster.user("evenkeel", ["system:masters"]);
  const context = listContexts(await readFile(product.kubeconfigPath, "utf8")).current ?? "";
  const shopUrl = `${git.url}/shop.git`;
  await repositories.fleet.commitFiles(fleetFiles(shopUrl, context), "declare the fleet");
  await repositories.fleet.push("main");
  const launched = stack.use(
    await launchProcesses(
      {
        dir: join(dir, "state"),
        kubeconfig: product.kubeconfigPath,
        fleetUrl: `${git.url}/fleet.git`,
        fleetInterval: "2s",
        otlpEndpoint: traces.endpoint,
      },
      never,
    ),
  );
  const channel = createChannel(launched.statusAddress);
  stack.defer(() => channel.close());
  const kube = stack.use(await connectKube(await loadKubeconfig(cluster.kubeconfigPath, undefined), {}, never));
  const hint = async (where: "fleet" | "shop"): Promise<void> => {
    // A service that is just being restarted misses a hint; the poll makes up for it.
    await postWebhook(launched.webhookUrl, where === "fleet" ? FLEET_SOURCE : where, launched.webhookSecret).catch(
      () => undefined,
    );
  };
  const owned = stack.move();
  return {
    cluster,
    kube,
    launched,
    ...repositories,
    shopUrl,
    git,
    makeRepository: async (name) => ({ url: `${git.url}/${name}.git`, checkout: await make(name) }),
    status: createClient(StatusServiceDefinition, channel),
    traces,
    context,
    commit: async (where, files, message) => {
      const id = await repositories[where].commitFiles(files, message);
      await repositories[where].push("main");
      await hint(where);
      return id;
    },
    hint,
    live: (ref) => kube.getObject(ref, {}, never),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

/** The unit's status once `check` holds; the last fault is told when it does not in time, and which service has ended. */
export const unitWhen = async (
  world: World,
  app: string,
  check: (unit: NonNullable<Awaited<ReturnType<StatusServiceClient["getUnit"]>>["unit"]>) => boolean,
  timeoutMs = 60_000,
) =>
  eventually(
    async () => {
      const { unit } = await world.status.getUnit({ cluster: "prod", app });
      if (unit === undefined || !check(unit))
        throw new Error(
          `${app}@prod is ${JSON.stringify(unit, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value))}`,
        );
      return unit;
    },
    { timeoutMs },
  ).catch(async (error: Error) => {
    throw new Error([error.message, ...(await world.launched.lastWords())].join("\n"), { cause: error });
  });
