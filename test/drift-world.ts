// For tests only: applier and drift-detector together, on a real nats-server and real API servers; the rest is played by hand.
import { randomUUID } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { runApplier } from "@evenkeel/applier";
import { openArtifacts } from "@evenkeel/artifacts";
import { connectBus, createIdentities, createRecordKey, migrateBus } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import {
  buckets,
  DesiredStateChanged,
  FLEET_SOURCE,
  flows,
  flowsOf,
  lineageText,
  partitionOf,
  smallProfile,
} from "@evenkeel/contracts";
import type {
  ApplyFinished,
  DriftDetected,
  DriftResolved,
  HealthChanged,
  InventoryItem,
  LedgerEntry,
  LineageStatement,
  ServiceName,
  Unit,
} from "@evenkeel/contracts";
import { appUid, declarationSetDigest, declarationSetJson, emptyDeclarationSet } from "@evenkeel/declarations";
import type { Application, ApplicationSpec, Cluster } from "@evenkeel/declarations";
import { runDriftDetector } from "@evenkeel/drift-detector";
import { connectKube, loadKubeconfig } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { encodeSet, refOf, setDigest, toCanonical } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { recordingTelemetry, silentTelemetry } from "@evenkeel/telemetry";
import { startNats, temporaryFolder } from "@evenkeel/testing";

export const installation = "test-installation";
const never = new AbortController().signal;

/** Everything that was published so far, in order of its stream. */
export interface Said {
  readonly applied: readonly ApplyFinished[];
  readonly drift: readonly DriftDetected[];
  readonly resolved: readonly DriftResolved[];
  readonly health: readonly HealthChanged[];
}

export interface DriftWorld extends AsyncDisposable {
  readonly said: Said;
  /** Log lines of both services, parsed. */
  readonly logs: () => readonly Readonly<Record<string, unknown>>[];
  /** As the cluster's administrator, who is not the product. */
  readonly kube: Kube;
  readonly namespace: string;
  declare(app: string, spec?: Partial<ApplicationSpec>): void;
  desire(app: string, objects: readonly KubeObject[], seq: number, cluster?: string): Promise<void>;
  ledger(app: string, cluster?: string): Promise<readonly LedgerEntry[]>;
  live(object: KubeObject): Promise<KubeObject | undefined>;
  /** As status-api may read it. */
  inventory(app: string, cluster?: string): Promise<readonly InventoryItem[]>;
  /** What both services key hashes of Secrets with. */
  recordKey(): string;
  /** Stops both services and starts them with a new record key. */
  rekey(): Promise<void>;
  /** Stops one service, lets something happen, and starts it again. */
  restart(service: "applier" | "drift-detector", meanwhile?: () => Promise<void>): Promise<void>;
}

type Stop = () => Promise<void>;

const hex = (digest: string): string => digest.replace("sha256:", "");

/** Opens a world of clusters by name, each reached by the kubeconfig at its path; the first is the administrator's too. */
export const openDriftWorld = async (
  clusters: Readonly<Record<string, string>>,
  adminKubeconfig = Object.values(clusters)[0] ?? "",
): Promise<DriftWorld> => {
  await using stack = new AsyncDisposableStack();
  const { path: secretsDir } = stack.use(await temporaryFolder());
  for (const [name, path] of Object.entries(clusters)) {
    await mkdir(join(secretsDir, name));
    await writeFile(join(secretsDir, name, "kubeconfig"), await readFile(path));
  }
  const identities = createIdentities();
  const nats = stack.use(await startNats({ extra: identities.authorization, jetstream: { syncInterval: "always" } }));
  const counts = smallProfile;
  const servers = [nats.url];
  await migrateBus({ servers, installation, seed: identities.migrate.seed, counts }, silentTelemetry().log);
  const as = (service: ServiceName): Promise<Bus> =>
    connectBus(
      { ...identities.loginOf(service), servers, instance: "one", installation, counts },
      silentTelemetry(service),
    );
  const stop = new AbortController();
  stack.defer(() => stop.abort());
  const watcher = stack.use(await as("source-watcher"));
  const renderer = stack.use(await as("renderer"));
  const status = stack.use(await as("status-api"));
  const kube = stack.use(await connectKube(await loadKubeconfig(adminKubeconfig), {}, stop.signal));
  const namespace = `drift-${randomUUID().slice(0, 8)}`;
  const named = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  await kube.serverSideApply({ object: named, force: false, dryRun: false, manager: "test" }, stop.signal);

  const said = {
    applied: [] as ApplyFinished[],
    drift: [] as DriftDetected[],
    resolved: [] as DriftResolved[],
    health: [] as HealthChanged[],
  };
  const taken = new Map<string, unknown[]>([
    [flows.applyFinished.type, said.applied],
    [flows.driftDetected.type, said.drift],
    [flows.driftResolved.type, said.resolved],
    [flows.healthChanged.type, said.health],
  ]);
  const onEntry = ({ type, fact }: { readonly type: string; readonly fact: unknown }): void =>
    void taken.get(type)?.push(fact);
  for (const stream of ["APPLIED", "DRIFT", "HEALTH"] as const)
    await status.view(flowsOf(stream), {}, { onEntry }, stop.signal);

  const telemetries = {
    applier: recordingTelemetry("applier"),
    "drift-detector": recordingTelemetry("drift-detector"),
  };
  let { recordKey } = identities;
  const running = new Map<string, Stop>();
  const start = async (service: "applier" | "drift-detector"): Promise<void> => {
    const bus = await as(service);
    const ending = new AbortController();
    const ready = Promise.withResolvers<void>();
    const deps = { bus, telemetry: telemetries[service], onReady: () => ready.resolve() };
    const config = { connections: { kubeconfigPath: undefined, secretsDir, inCluster: undefined }, recordKey };
    const ended =
      service === "applier"
        ? runApplier(config as Parameters<typeof runApplier>[0], deps, ending.signal)
        : runDriftDetector(config as Parameters<typeof runDriftDetector>[0], deps, ending.signal);
    running.set(service, async () => {
      ending.abort();
      await ended;
      await bus[Symbol.asyncDispose]();
    });
    await Promise.race([ready.promise, ended]);
  };
  stack.defer(async () => {
    await Promise.all([...running.values()].map((end) => end()));
  });
  await start("applier");
  await start("drift-detector");

  const apps = new Map<string, Application>();
  const declared = Object.keys(clusters).map((name): Cluster => ({
    kind: "Cluster",
    metadata: { name, labels: {} },
    spec: {
      connection: { kubeconfigSecretRef: { name, key: "kubeconfig" } },
      tenancy: { allowConnectionIdentity: true },
    },
    file: "fleet.yaml",
    changedAt: 1,
  }));
  const first = Object.keys(clusters)[0] ?? "";
  const unitOf = (app: string, cluster: string): Unit => ({ cluster, app, appUid: appUid(installation, app) });
  const owned = stack.move();
  return {
    said,
    logs: () => Object.values(telemetries).flatMap(({ logs }) => logs),
    kube,
    namespace,
    declare: (app, spec = {}) => void apps.set(app, applicationOf(app, namespace, spec)),
    desire: async (app, objects, seq, cluster = first) => {
      if (!apps.has(app)) apps.set(app, applicationOf(app, namespace, {}));
      const set = { ...emptyDeclarationSet, clusters: declared, applications: [...apps.values()] };
      const declarationsDigest = declarationSetDigest(set);
      const text = new TextEncoder().encode(declarationSetJson(set));
      await openArtifacts(watcher).put(`declarations.${hex(declarationsDigest)}`, text);
      const canonical = objects.map((object) => toCanonical(object));
      const digest = setDigest(canonical);
      await openArtifacts(renderer).put(`set.${hex(digest)}`, encodeSet(canonical));
      const tip = String(seq).padStart(40, "0");
      const [source, lineage] = ["app", "f".repeat(40)];
      const of = { gitRef: "refs/heads/main", lineage, tip, tree: "d".repeat(40), follows: [] };
      const sign = (words: Omit<LineageStatement, "signature">): LineageStatement => ({
        ...words,
        signature: watcher.sign(lineageText(words)),
      });
      const fact = DesiredStateChanged.fromPartial({
        unit: unitOf(app, cluster),
        version: { fleet: 100n, selection: 1n, sources: [{ source, seq: BigInt(seq) }], tools: 1n },
        digest,
        objectCount: objects.length,
        source,
        revision: tip,
        path: app,
        tree: of.tree,
        lineage: sign({ ...of, source, seq: BigInt(seq), declarationsDigest: "" }),
        fleetStatement: sign({ ...of, source: FLEET_SOURCE, seq: 100n, declarationsDigest }),
        placement: 1n,
        declarationsDigest,
        observedAt: new Date(),
        cause: randomUUID(),
      });
      await renderer.publish(flows.desiredStateChanged, fact);
    },
    ledger: async (app, cluster = first) => {
      const partition = String(partitionOf(cluster, app, counts));
      const entries: LedgerEntry[] = [];
      for await (const { fact } of status.readAll(flows.ledgerEntry, { partition }, 1, stop.signal)) entries.push(fact);
      return entries.filter(({ units }) => units.some(({ unit }) => unit?.app === app && unit.cluster === cluster));
    },
    live: (object) => kube.getObject(refOf({ ...object, metadata: { namespace, ...object.metadata } }), {}, never),
    inventory: async (app, cluster = first) => {
      return (await status.state(buckets.inventory).get({ cluster, app }))?.value?.items ?? [];
    },
    recordKey: () => recordKey,
    rekey: async () => {
      await Promise.all([...running.values()].map((end) => end()));
      recordKey = createRecordKey();
      await start("applier");
      await start("drift-detector");
    },
    restart: async (service, meanwhile) => {
      await running.get(service)?.();
      await meanwhile?.();
      await start(service);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

const applicationOf = (name: string, namespace: string, spec: Partial<ApplicationSpec>): Application => ({
  kind: "Application",
  metadata: { name, labels: {} },
  spec: {
    id: name,
    targets: { clusterSelector: { matchLabels: {}, matchExpressions: [] } },
    repository: "app",
    path: name,
    namespace,
    allowedNamespaces: ["*"],
    prune: { enabled: true, allowEmpty: false, graceSeconds: 0 },
    deletionPolicy: "orphan",
    drift: "correct",
    onFight: "correct",
    ignore: [],
    recreate: "job-only",
    adopt: "none",
    onConflict: "hold",
    ...spec,
  } as unknown as ApplicationSpec,
  file: "fleet.yaml",
  changedAt: 1,
  selectedAt: 1,
});
