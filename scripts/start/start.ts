import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { untilAborted } from "@evenkeel/async";
import { runningServices, StatusServiceDefinition } from "@evenkeel/contracts";
import { ensurePrograms, freePort } from "@evenkeel/programs";
import type { Found } from "@evenkeel/programs";
import { startTelemetry } from "@evenkeel/telemetry";
import { createChannel, createClient } from "nice-grpc";

import { claimPorts } from "./claim-ports.ts";
import { NoContext, openClusters } from "./clusters.ts";
import { connectClusters } from "./connect-clusters.ts";
import { FolderInUse, openDataFolder } from "./data-folder.ts";
import { metricsPortOf } from "./environment.ts";
import type { Surroundings } from "./environment.ts";
import { CannotStart, explainFailure } from "./explain-failure.ts";
import { openInstallation, OtherInstallation, startOrder } from "./installation.ts";
import { keepBus } from "./keep-bus.ts";
import type { StartOptions } from "./options.ts";
import { requireRoom } from "./require-room.ts";
import { connectReader, runServices } from "./run-services.ts";
import { openSampleRepositories } from "./sample-repositories.ts";
import type { Screen } from "./screen.ts";
import { surroundingsOf } from "./surroundings-of.ts";
import { tellFleet } from "./tell-fleet.ts";
import { showWayAround } from "./way-around.ts";
import { webhookSecretFile } from "./webhook.ts";
import { runTour } from "../tour/run-tour.ts";

const VERSION = "0.1.0";

const findPrograms = async (screen: Screen): Promise<readonly Found[]> => {
  const getting = screen.begin("outside programs");
  const tools = await ensurePrograms(["git", "nats-server", "kustomize", "helm"]);
  const missing = tools.filter((tool) => tool.path === undefined);
  if (missing.length > 0)
    throw new CannotStart(missing.map((tool) => `no ${tool.name}: ${tool.tried.join("; ")}`).join("\n"));
  getting(tools.map((tool) => `${tool.name} ${tool.version}`).join(", "));
  return tools;
};

/** Runs until it is stopped; gives the exit code. */
export const start = async (options: StartOptions, screen: Screen, stop: AbortSignal): Promise<number> => {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await openDataFolder(options, process.cwd()));
  await requireRoom(folder.dir);
  await claimPorts(options);
  const installation = await openInstallation(folder.dir, options.takeOver);
  await mkdir(join(folder.dir, "logs"), { recursive: true, mode: 0o700 });
  screen.heading(`Evenkeel ${VERSION}, installation ${installation.id}`);
  const tools = await findPrograms(screen);

  const clusters = stack.use(await openClusters(options.kubeconfig, folder, screen));
  const isNew = installation.isNew && options.takeOver === undefined;
  const isOwnFleet = options.fleet !== undefined;
  const connected = stack.use(await connectClusters(clusters, { isOwnFleet, isNew, installation }, screen, stop));

  const own = stack.use(startTelemetry({ service: "start", version: VERSION, logLevel: "error" }));
  const connecting = screen.begin("starting nats-server");
  const nats = stack.use(await keepBus(installation, own.log, screen, stop));
  connecting(`nats-server ${nats.version} on ${nats.url}, one identity a service`);

  const isToured = options.tour !== "off";
  const sample =
    options.fleet === undefined ? await openSampleRepositories(folder.dir, clusters.sample, isToured) : undefined;
  const hookSecret = await webhookSecretFile(folder.dir);
  const around: Surroundings = {
    ...surroundingsOf(options, sample),
    installation,
    natsUrl: nats.url,
    kubeconfig: clusters.kubeconfig,
    tools,
    webhookPort: options.webhookPort ?? (await freePort()),
    fleetWebhookSecretFile: hookSecret,
  };
  const starting = screen.begin("starting the services");
  const services = stack.use(await runServices(around, VERSION, screen, stop));
  const webhook = { url: `http://127.0.0.1:${around.webhookPort}`, secretFile: resolve(hookSecret) };
  await writeFile(folder.serverFile, JSON.stringify({ server: services.statusAddress, webhook }), { mode: 0o600 });
  stack.defer(() => rm(folder.serverFile, { force: true }));
  const others = runningServices.filter((name) => name !== "status-api").join(", ");
  starting(`${others}; status (gRPC) on ${services.statusAddress}`);

  if (around.metricsPort !== undefined) {
    const ports = startOrder.map((name) => `${name} :${metricsPortOf(name, around)}`).join(", ");
    screen.ok(`metrics at /metrics on 127.0.0.1: ${ports}`);
  }
  const channel = createChannel(services.statusAddress);
  stack.defer(() => channel.close());
  const status = createClient(StatusServiceDefinition, channel);
  if (sample === undefined) await tellFleet(status, screen, stop);
  if (sample !== undefined && isToured) {
    const bus = stack.use(await connectReader(around, own, stop));
    const { fleet, shop } = sample;
    const { rollsOut } = clusters;
    const stage = { screen, fleet, shop, clusters: connected, rollsOut, bus, status, signal: stop };
    const happened = await Promise.race([runTour(stage), services.failed]);
    if (!happened) {
      folder.keep();
      screen.bad(`the tour stopped; the services' logs are in ${join(folder.dir, "logs")}`);
    }
    if (options.tour === "exit" || !happened) return happened ? 0 : 1;
  }
  showWayAround(screen, {
    folder,
    statusAddress: services.statusAddress,
    serverIsFound: options.dataDir === undefined,
    clusters,
    shopDir: sample?.shop.dir,
  });
  await Promise.race([services.failed, untilAborted(stop)]);
  return 0;
};

const expected = [NoContext, FolderInUse, OtherInstallation];

/** What a person is told of a failure that can be mended without reading code; undefined for any other. */
export const wordsOf = (error: unknown): string | undefined =>
  expected.some((kind) => error instanceof kind) ? (error as Error).message : explainFailure(error);
