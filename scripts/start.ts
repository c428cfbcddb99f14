// `npm start`: all services in one process, a nats-server as a child, and the guided tour.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { StatusServiceDefinition } from "@evenkeel/contracts";
import { connectKube, listContexts, loadKubeconfig } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { ensurePrograms } from "@evenkeel/programs";
import { startTelemetry } from "@evenkeel/telemetry";
import { createChannel, createClient } from "nice-grpc";

import { NoCluster, openCluster } from "./start/cluster.ts";
import { anchoredInstallations } from "./start/earlier-installation.ts";
import type { Surroundings } from "./start/environment.ts";
import { forgetInstallation, openInstallation, OtherInstallation } from "./start/installation.ts";
import type { Installation } from "./start/installation.ts";
import { help, readOptions, UsageError } from "./start/options.ts";
import type { StartOptions } from "./start/options.ts";
import { connectReader, runServices } from "./start/run-services.ts";
import { openSampleRepositories } from "./start/sample-repositories.ts";
import { createScreen } from "./start/screen.ts";
import type { Screen } from "./start/screen.ts";
import { startBus } from "./start/start-bus.ts";
import { runTour } from "./tour/run-tour.ts";

const version = "0.1.0";

/** Fails early, in words, where a next step would fail late. */
class CannotStart extends Error {
  override readonly name = "CannotStart";
}

const currentContext = async (kubeconfig: string): Promise<string> => {
  const { current, names } = listContexts(await readFile(kubeconfig, "utf8"));
  const context = current ?? names[0];
  if (context === undefined) throw new CannotStart(`${kubeconfig} names no context`);
  return context;
};

const refuseForeignObjects = async (
  kube: Kube,
  options: StartOptions,
  installation: Installation,
  signal: AbortSignal,
): Promise<void> => {
  const others = (await anchoredInstallations(kube, signal)).filter((other) => other !== installation.id);
  if (others.length === 0) return;
  await forgetInstallation(installation);
  throw new CannotStart(
    `the state in ${options.dataDir} is new, but the cluster holds objects of installation ${others.join(", ")}: ` +
      `pass --take-over ${others[0]} to go on as that one, or remove the ConfigMaps ek-* in namespace evenkeel-system`,
  );
};

const start = async (options: StartOptions, screen: Screen, stop: AbortSignal): Promise<number> => {
  await using stack = new AsyncDisposableStack();
  const dataDir = resolve(options.dataDir);
  const installation = await openInstallation(dataDir, options.takeOver);
  await mkdir(join(dataDir, "logs"), { recursive: true, mode: 0o700 });
  screen.heading(`Evenkeel ${version}, installation ${installation.id}`);

  const getting = screen.begin("outside programs");
  const tools = await ensurePrograms(["git", "nats-server", "kustomize", "helm"]);
  const missing = tools.filter((tool) => tool.path === undefined);
  if (missing.length > 0)
    throw new CannotStart(missing.map((tool) => `no ${tool.name}: ${tool.tried.join("; ")}`).join("\n"));
  getting(tools.map((tool) => `${tool.name} ${tool.version}`).join(", "));

  const cluster = stack.use(await openCluster(options.kubeconfig, dataDir, screen));
  const context = await currentContext(cluster.kubeconfig);
  const own = stack.use(startTelemetry({ service: "start", version, logLevel: "error" }));
  const kube = stack.use(await connectKube(await loadKubeconfig(cluster.kubeconfig, context), {}, stop));
  if (installation.isNew && options.takeOver === undefined)
    await refuseForeignObjects(kube, options, installation, stop);

  const connecting = screen.begin("starting nats-server");
  const nats = stack.use(await startBus(installation, own.log, stop));
  connecting(`nats-server ${nats.version} on ${nats.url}, one identity a service`);

  const sample = options.fleet === undefined ? await openSampleRepositories(dataDir, context) : undefined;
  const around: Surroundings = {
    installation,
    natsUrl: nats.url,
    kubeconfig: cluster.kubeconfig,
    fleetUrl: options.fleet ?? sample?.fleetUrl ?? "",
    ...(options.fleetRef === undefined ? {} : { fleetRef: options.fleetRef }),
    ...(sample === undefined ? {} : { fleetInterval: "1s", allowFileBelow: sample.root }),
    ...(options.allowFile === undefined ? {} : { allowFileBelow: resolve(options.allowFile) }),
    ...(options.gitHosts === undefined ? {} : { gitHosts: options.gitHosts }),
    ...(options.privateGitHosts === undefined ? {} : { privateGitHosts: options.privateGitHosts }),
    allowHttpLoopback: options.allowHttpLoopback,
    tools,
    grpcPort: options.port,
    logLevel: options.logLevel,
  };
  const starting = screen.begin("starting the services");
  const services = stack.use(await runServices(around, version));
  const serverFile = join(dataDir, "server.json");
  await writeFile(serverFile, JSON.stringify({ server: services.statusAddress }), { mode: 0o600 });
  stack.defer(() => rm(serverFile, { force: true }));
  starting(`source-watcher, renderer, drift-detector, applier; status (gRPC) on ${services.statusAddress}`);

  if (sample !== undefined && options.tour !== "off") {
    const bus = stack.use(await connectReader(around, own, stop));
    const channel = createChannel(services.statusAddress);
    stack.defer(() => channel.close());
    const status = createClient(StatusServiceDefinition, channel);
    const stage = { screen, fleet: sample.fleet, shop: sample.shop, kube, bus, status, cluster: "local", signal: stop };
    const happened = await Promise.race([runTour(stage), services.failed]);
    if (!happened) screen.bad(`the tour stopped; the services' logs are in ${join(dataDir, "logs")}`);
    if (options.tour === "exit" || !happened) return happened ? 0 : 1;
  }
  showWayAround(screen, dataDir, sample?.shop.dir, cluster.kubeconfig);
  await Promise.race([
    services.failed,
    new Promise<void>((done) => stop.addEventListener("abort", () => done(), { once: true })),
  ]);
  screen.say("stopping …");
  return 0;
};

const showWayAround = (screen: Screen, dataDir: string, shop: string | undefined, kubeconfig: string): void => {
  screen.heading("Running. Ctrl-C stops; the state stays.");
  screen.say("npx evenkeel get units          npx evenkeel get drift          npx evenkeel history web@local");
  if (shop !== undefined) {
    screen.say(`change something:  edit ${join(shop, "web/overlays/tour/replicas.yaml")}, git commit, git push`);
    screen.say(
      `break something:   kubectl --kubeconfig ${kubeconfig} -n evenkeel-tour scale deployment web --replicas=9`,
    );
  }
  screen.say(`logs: ${join(dataDir, "logs")}`);
};

const screen = createScreen();
try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    process.stdout.write(help);
  } else {
    const stopping = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
    await mkdir(dirname(resolve(options.dataDir)), { recursive: true });
    process.exitCode = await start(options, screen, stopping.signal);
  }
} catch (error) {
  const expected = [CannotStart, NoCluster, OtherInstallation].some((kind) => error instanceof kind);
  if (error instanceof UsageError) screen.bad(`${error.message}; try: npm start -- --help`);
  else if (expected && error instanceof Error) screen.bad(error.message);
  else screen.bad(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = expected || error instanceof UsageError ? 2 : 1;
}
