// For tests only: the applier on a real nats-server and a real kube-apiserver, with the other services' parts played by hand.
import { randomUUID } from "node:crypto";
import { join } from "node:path";

import { openArtifacts } from "@evenkeel/artifacts";
import { connectBus, createIdentities, migrateBus, openForger } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { buckets, FLEET_SOURCE, flows, partitionOf, smallProfile, Tip } from "@evenkeel/contracts";
import type { LedgerEntry, ServiceName, Unit } from "@evenkeel/contracts";
import { appUid, declarationSetDigest, declarationSetJson, emptyDeclarationSet } from "@evenkeel/declarations";
import type { Application, Approval } from "@evenkeel/declarations";
import { connectKube, loadKubeconfig } from "@evenkeel/kube";
import { encodeSet, refOf, setDigest, toCanonical } from "@evenkeel/resource";
import { silentTelemetry } from "@evenkeel/telemetry";
import { sharedControlPlane, startNatsCluster, temporaryFolder, testReplicas } from "@evenkeel/testing";
import type { ControlPlane } from "@evenkeel/testing";

import { spawnApplier } from "./applier-process.fixture.ts";
import { desiredFact } from "./desired-fact.fixture.ts";
import { playPlanner } from "./play-planner.fixture.ts";
import { hearResults } from "./hear-results.fixture.ts";
import { inventoryKey } from "../plan/inventories.ts";
import { runApplier } from "../run.ts";
import type { RunningApplier, Story } from "./story-parts.fixture.ts";
import { application, approval, cluster, clusterName } from "./story-declarations.fixture.ts";

export const installation = "test-installation";

const hex = (digest: string): string => digest.replace("sha256:", "");

export const startStory = async (
  options: {
    readonly controlPlane?: ControlPlane;
    readonly kubeconfigPath?: string;
    /** Share of what streams and buckets may take by default. */
    readonly size?: number;
  } = {},
): Promise<Story> => {
  await using stack = new AsyncDisposableStack();
  const controlPlane = options.controlPlane ?? (await sharedControlPlane());
  const kubeconfigPath = options.kubeconfigPath ?? controlPlane.kubeconfigPath;
  const folder = stack.use(await temporaryFolder());
  const identities = createIdentities();
  const extra = identities.authorization;
  const replicas = testReplicas();
  const nats = stack.use(await startNatsCluster(replicas, { extra, jetstream: { syncInterval: "always" } }));
  const counts = smallProfile;
  const seed = identities.migrate.seed;
  const size = (options.size ?? 1) / (replicas === 3 && options.size !== undefined ? 8 : 1);
  await migrateBus({ servers: nats.urls, installation, seed, counts, replicas, size }, silentTelemetry().log);
  const as = (service: ServiceName, instance: string, telemetry = silentTelemetry(service)): Promise<Bus> =>
    connectBus({ ...identities.loginOf(service), servers: nats.urls, instance, installation, counts }, telemetry);
  const stop = new AbortController();
  stack.defer(() => stop.abort());
  const buses = {
    "source-watcher": stack.use(await as("source-watcher", "one")),
    renderer: stack.use(await as("renderer", "one")),
    "drift-detector": stack.use(await as("drift-detector", "one")),
    "status-api": stack.use(await as("status-api", "one")),
  };
  const kube = stack.use(await connectKube(await loadKubeconfig(controlPlane.kubeconfigPath), {}, stop.signal));
  const namespace = `applier-${randomUUID().slice(0, 8)}`;
  const named = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  await kube.serverSideApply({ object: named, force: false, dryRun: false, manager: "test" }, stop.signal);

  const clusters = new Map([[clusterName, cluster]]);
  const apps = new Map<string, Application>();
  const ids = new Map<string, string>();
  const approvals: Approval[] = [];
  const stored = openArtifacts(buses["source-watcher"]);
  const rendered = openArtifacts(buses.renderer);
  const storeDeclarations = async (): Promise<string> => {
    const set = {
      ...emptyDeclarationSet,
      clusters: [...clusters.values()],
      applications: [...apps.values()],
      approvals,
    };
    const digest = declarationSetDigest(set);
    await stored.put(`declarations.${hex(digest)}`, new TextEncoder().encode(declarationSetJson(set)));
    return digest;
  };
  const storeFleet = async (): Promise<void> => {
    const tip = Tip.fromPartial({ source: FLEET_SOURCE, declarationsDigest: await storeDeclarations() });
    await buses["source-watcher"].ownState(buckets.tip).put({ source: tip.source }, tip);
  };
  const unit = (app: string, on = clusterName): Unit => ({
    cluster: on,
    app,
    appUid: appUid(installation, ids.get(app) ?? app),
  });

  const { fail, pend, plan } = playPlanner(buses.renderer, unit);
  const { heard, finished } = await hearResults(buses["status-api"], stop.signal);

  const running = new Set<RunningApplier>();
  stack.defer(async () => {
    for (const each of running) await each.stop();
  });
  const owned = stack.move();
  return {
    nats,
    kube,
    namespace,
    buses,
    heard,
    unit,
    kubeconfigPath: controlPlane.kubeconfigPath,
    forger: () =>
      openForger({
        url: nats.urls[0] ?? "",
        installation,
        seeds: { migrate: seed, applier: identities.keys.applier.seed },
      }),
    declare: async (app, options = {}) => {
      apps.set(app, application(app, namespace, options));
      ids.set(app, options.id ?? app);
      await storeFleet();
    },
    declareCluster: async (name, context = "") => {
      clusters.set(name, {
        ...cluster,
        metadata: { ...cluster.metadata, name },
        spec: { ...cluster.spec, connection: { context } },
      });
      await storeFleet();
    },
    undeclareCluster: async (name) => {
      clusters.delete(name);
      await storeFleet();
    },
    undeclare: async (app) => {
      apps.delete(app);
      await storeFleet();
    },
    approve: async (app, planDigest) => {
      approvals.push(approval(app, planDigest));
      await storeFleet();
    },
    desire: async (app, objects, seq, options = {}) => {
      const canonical = objects.map((object) => toCanonical(object));
      const digest = options.digest ?? (objects.length === 0 ? "" : setDigest(canonical));
      if (objects.length > 0) await rendered.put(`set.${hex(digest)}`, encodeSet(canonical));
      const fact = desiredFact(
        { app, digest, objects: objects.length, seq, unit: unit(app, options.cluster) },
        { ...options, declarations: options.declarations ?? (await storeDeclarations()) },
        (words) => buses["source-watcher"].sign(words),
      );
      await buses.renderer.publish(flows.desiredStateChanged, fact);
      await plan(fact.version?.fleet ?? 0n, BigInt(seq));
      return fact;
    },
    pend,
    fail,
    finished,
    start: async ({ instance = "one", telemetry = silentTelemetry("applier"), clock, ledgerExport } = {}) => {
      const bus = await as("applier", instance, telemetry);
      const ending = new AbortController();
      const ready = Promise.withResolvers<void>();
      const connections = { kubeconfigPath, secretsDir: undefined, inCluster: undefined };
      const deps = { bus, telemetry, onReady: () => ready.resolve(), ...(clock === undefined ? {} : { clock }) };
      const config = { connections, ledgerExport, recordKey: identities.recordKey } as Parameters<typeof runApplier>[0];
      const ended = runApplier(config, deps, ending.signal);
      const end: RunningApplier = {
        bus,
        stop: async () => {
          running.delete(end);
          ending.abort();
          await ended;
          await bus[Symbol.asyncDispose]();
        },
        kill: async () => {
          running.delete(end);
          ended.catch(() => {});
          await bus[Symbol.asyncDispose]();
          ending.abort();
        },
      };
      running.add(end);
      await Promise.race([ready.promise, ended]);
      return end;
    },
    spawn: async (instance, nodeArgs = [], ledgerExport) => {
      const applier = await spawnApplier({
        ledgerExport,
        folder: join(folder.path, instance),
        natsUrl: nats.urls.join(","),
        seed: identities.keys.applier.seed,
        trust: identities.trust,
        recordKey: identities.recordKey,
        installation,
        instance,
        kubeconfigPath: controlPlane.kubeconfigPath,
        nodeArgs,
      });
      owned.defer(() => applier.end("SIGKILL")); // a test that fails before it ends it leaves none behind
      return applier;
    },
    inventory: async (app) => (await buses["status-api"].state(buckets.inventory).get(inventoryKey(unit(app))))?.value,
    ledger: async (app) => {
      const partition = String(partitionOf(clusterName, app, counts));
      const entries: LedgerEntry[] = [];
      for await (const { fact } of buses["status-api"].readAll(flows.ledgerEntry, { partition }, 1, stop.signal))
        entries.push(fact);
      return entries;
    },
    live: (object) =>
      kube.getObject(refOf({ ...object, metadata: { namespace, ...object.metadata } }), {}, stop.signal),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
