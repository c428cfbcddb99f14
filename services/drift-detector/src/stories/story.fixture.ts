// For tests only: the detector on a real nats-server and a real kube-apiserver, with the other services' parts played by hand.
import { randomUUID } from "node:crypto";

import { toApplyBody } from "@evenkeel/apply";
import { openArtifacts } from "@evenkeel/artifacts";
import { connectBus, createIdentities, migrateBus } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import {
  buckets,
  flowsOf,
  DesiredStateChanged,
  EntryKind,
  Inventory,
  LedgerEntry,
  flows,
  partitionOf,
  smallProfile,
} from "@evenkeel/contracts";
import type { InventoryItem, ServiceName, Unit } from "@evenkeel/contracts";
import { declarationSetDigest, declarationSetJson, emptyDeclarationSet } from "@evenkeel/declarations";
import type { Application, Cluster } from "@evenkeel/declarations";
import { hashKeyOf, recordOf, toStoredRecord } from "@evenkeel/drift";
import { connectKube, loadKubeconfig, openDeclared } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { encodeSet, refOf, setDigest, toCanonical } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { systemClock } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";
import { silentTelemetry } from "@evenkeel/telemetry";
import { sharedControlPlane, startNats } from "@evenkeel/testing";
import type { ControlPlane } from "@evenkeel/testing";
import { formatRef } from "@evenkeel/words";
import type { IgnoreRule } from "@evenkeel/words";

import type { HoldDeps } from "../hold-cluster.ts";
import { runDriftDetector } from "../run.ts";
import { listen } from "./heard.fixture.ts";
import type { Heard } from "./heard.fixture.ts";

const installation = "test-installation";
const cluster = "local";

/** Where and how a run writes. */
export interface ApplyOptions {
  readonly force?: boolean;
  /** Another API server than the story's. */
  readonly on?: Kube;
}

export interface Story extends AsyncDisposable {
  readonly kube: Kube;
  readonly namespace: string;
  readonly unit: Unit;
  readonly heard: Heard;
  /** Publishes a desired state as the renderer would. */
  desire(objects: readonly KubeObject[], seq: number, options?: { readonly context: string }): Promise<void>;
  /** A run as the applier would make it: intent, pending inventory, writes, inventory, outcome. */
  apply(objects: readonly KubeObject[], seq: number, options?: ApplyOptions): Promise<void>;
  /** The same, stopped after the writes until `finish` is called. */
  applyUntilOutcome(objects: readonly KubeObject[], seq: number): Promise<() => Promise<void>>;
  /** What another replica of the detector works with. */
  join(): Promise<Pick<HoldDeps, "bus" | "openCluster" | "hashKey">>;
  /** Stops the detector, lets something happen, and starts it again. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
}

const declared = (policy: "correct" | "report", namespace: string, ignore: readonly IgnoreRule[], context = "") => {
  const common = { file: "fleet.yaml", changedAt: 1 };
  const clusters = [
    {
      kind: "Cluster",
      metadata: { name: cluster, labels: {} },
      spec: { connection: { context }, tenancy: { allowConnectionIdentity: true } },
      ...common,
    },
  ] as const satisfies readonly Cluster[];
  const applications = [
    {
      kind: "Application",
      metadata: { name: "web", labels: {} },
      spec: { drift: policy, namespace, ignore },
      ...common,
    },
  ] as unknown as readonly Application[];
  return { ...emptyDeclarationSet, clusters, applications };
};

/** Starts everything; the namespace exists, nothing is applied yet. */
export const startStory = async (
  policy: "correct" | "report" = "correct",
  /** The detector's own way to the cluster. */
  kubeconfigOf?: (controlPlane: ControlPlane) => Promise<string>,
  /** The fields that the application leaves to others. */
  ignore: readonly IgnoreRule[] = [],
  clock: Clock = systemClock,
): Promise<Story> => {
  await using stack = new AsyncDisposableStack();
  const controlPlane = await sharedControlPlane();
  const identities = createIdentities();
  const nats = stack.use(await startNats({ extra: identities.authorization, jetstream: { syncInterval: "always" } }));
  const counts = smallProfile;
  const seed = identities.migrate.seed;
  await migrateBus({ servers: [nats.url], installation, seed, counts }, silentTelemetry().log);
  const as = (service: ServiceName, instance: string): Promise<Bus> =>
    connectBus(
      { ...identities.loginOf(service), servers: [nats.url], instance, installation, counts },
      silentTelemetry(service),
    );
  const stop = new AbortController();
  stack.defer(() => stop.abort());
  const watcher = stack.use(await as("source-watcher", "one"));
  const renderer = stack.use(await as("renderer", "one"));
  const applier = stack.use(await as("applier", "one"));
  const status = stack.use(await as("status-api", "one"));
  const kube = stack.use(await connectKube(await loadKubeconfig(controlPlane.kubeconfigPath), {}, stop.signal));
  const namespace = `detector-${randomUUID().slice(0, 8)}`;
  const named = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  await kube.serverSideApply({ object: named, force: false, dryRun: false }, stop.signal);

  const bodies = openArtifacts(watcher);
  const storeDeclarations = async (context = ""): Promise<string> => {
    const set = declared(policy, namespace, ignore, context);
    const digest = declarationSetDigest(set);
    const body = new TextEncoder().encode(declarationSetJson(set));
    await bodies.put(`declarations.${digest.replace("sha256:", "")}`, body);
    return digest;
  };
  const unit: Unit = { cluster, app: "web", appUid: randomUUID().replaceAll("-", "") };
  const heard = listen();
  const onEntry = ({ type, fact }: { readonly type: string; readonly fact: unknown }): void => heard.take(type, fact);
  await Promise.all(
    (["DRIFT", "HEALTH"] as const).map((stream) => status.view(flowsOf(stream), {}, { onEntry }, stop.signal)),
  );

  const replicas = stack.use(new AsyncDisposableStack());
  let current: { readonly stop: AbortController; readonly ended: Promise<void>; readonly bus: Bus } | undefined;
  const detectorKubeconfig = (await kubeconfigOf?.(controlPlane)) ?? controlPlane.kubeconfigPath;
  const detect = async (): Promise<void> => {
    const bus = await as("drift-detector", "one");
    const ending = new AbortController();
    const ready = Promise.withResolvers<void>();
    const sources = { kubeconfigPath: detectorKubeconfig, secretsDir: undefined, inCluster: undefined };
    const deps = { bus, telemetry: silentTelemetry("drift-detector"), clock, onReady: () => ready.resolve() };
    const ended = runDriftDetector({ connections: sources, recordKey: identities.recordKey }, deps, ending.signal);
    current = { stop: ending, ended, bus };
    await Promise.race([ready.promise, ended]);
  };
  const halt = async (): Promise<void> => {
    current?.stop.abort();
    await current?.ended;
    await current?.bus[Symbol.asyncDispose]();
  };
  stack.defer(halt);
  await detect();

  const partition = partitionOf(unit.cluster, unit.app, counts);
  const versionOf = (seq: number) => ({
    fleet: 1n,
    selection: 1n,
    sources: [{ source: "app", seq: BigInt(seq) }],
    tools: 1n,
  });
  const inventories = applier.ownState(buckets.inventory);
  const key = { cluster, app: unit.app };
  let chain = { n: 0n, sequence: 0 };
  let items = new Map<string, InventoryItem>();
  let runs = 0;

  const append = async (kind: EntryKind, run: string, inventoryRevision: number): Promise<void> => {
    const n = chain.n + 1n;
    const units = [{ unit, run, inventoryRevision: BigInt(inventoryRevision) }];
    const entry = LedgerEntry.fromPartial({ partition, n, kind, units });
    const { sequence } = await applier.publish(flows.ledgerEntry, entry, { expectLast: chain.sequence });
    chain = { n, sequence };
  };
  const save = async (digest: string, seq: number, complete: boolean, on: Kube): Promise<number> => {
    const value = Inventory.fromPartial({
      unit,
      version: versionOf(seq),
      digest,
      complete,
      items: [...items.values()],
      clusterUid: await on.clusterUid(stop.signal),
    });
    return inventories.put(key, value);
  };
  const run = async (
    objects: readonly KubeObject[],
    seq: number,
    { force = false, on = kube }: ApplyOptions = {},
  ): Promise<() => Promise<void>> => {
    runs += 1;
    const name = `run-${runs}`;
    const rendered = objects.map((object) => toCanonical(object));
    const digest = setDigest(rendered);
    await append(EntryKind.INTENT, name, 0);
    const applied = new Map<string, InventoryItem>();
    for (const object of objects) {
      const placed = { ...object, metadata: { ...object.metadata, namespace } };
      const owner = { appUid: unit.appUid, installation };
      const body = toApplyBody(placed, { ...owner, seq: String(seq), epoch: "1", src: `app@${seq}:web` });
      const answer = await on.serverSideApply({ object: body, force, dryRun: false }, stop.signal);
      const record = recordOf(answer.object, body, {
        desired: toCanonical(object).digest,
        hashKey: hashKeyOf(identities.recordKey, installation),
      });
      applied.set(formatRef(refOf(placed)), {
        ref: refOf(placed),
        apiVersion: object.apiVersion,
        uid: answer.object.metadata.uid ?? "",
        pending: false,
        record: toStoredRecord(record),
        absentSince: undefined,
      } as unknown as InventoryItem);
    }
    return async () => {
      items = applied;
      const revision = await save(digest, seq, true, on);
      await append(EntryKind.OUTCOME, name, revision);
    };
  };
  const join = async () => ({
    bus: replicas.use(await as("drift-detector", "two")),
    openCluster: openDeclared({ kubeconfigPath: detectorKubeconfig, secretsDir: undefined, inCluster: undefined }),
    hashKey: hashKeyOf(identities.recordKey, installation),
  });
  const owned = stack.move();
  return {
    join,
    kube,
    namespace,
    unit,
    heard,
    desire: async (objects, seq, options) => {
      const rendered = objects.map((object) => toCanonical(object));
      const digest = setDigest(rendered);
      await openArtifacts(renderer).put(`set.${digest.replace("sha256:", "")}`, encodeSet(rendered));
      const fact = DesiredStateChanged.fromPartial({
        unit,
        version: versionOf(seq),
        digest,
        objectCount: objects.length,
        source: "app",
        revision: "a".repeat(40),
        declarationsDigest: await storeDeclarations(options?.context),
        cause: `${seq}`,
      });
      await renderer.publish(flows.desiredStateChanged, fact);
    },
    apply: async (objects, seq, options = {}) => {
      const finish = await run(objects, seq, options);
      await finish();
    },
    applyUntilOutcome: (objects, seq) => run(objects, seq),
    restart: async (meanwhile) => {
      await halt();
      await meanwhile?.();
      await detect();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
