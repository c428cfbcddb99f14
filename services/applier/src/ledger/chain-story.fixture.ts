// For tests only: chains of a small ledger on real nats-servers, and their owners, without a cluster.
import { systemClock } from "@evenkeel/machine";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

import { connectBus, createIdentities, migrateBus } from "@evenkeel/bus";
import type { Bus, Lease } from "@evenkeel/bus";
import { EntryKind, UnitWrites, flows, smallProfile } from "@evenkeel/contracts";
import type { ServiceName } from "@evenkeel/contracts";
import type { StoredEntry } from "@evenkeel/ledger";
import { silentTelemetry } from "@evenkeel/telemetry";
import { startNatsCluster, temporaryFolder, testReplicas } from "@evenkeel/testing";

import { openExporter } from "./export/exporter.ts";
import type { Exporter } from "./export/exporter.ts";
import { openChain } from "./ledger-chain.ts";
import type { LedgerChain } from "./ledger-chain.ts";
import type { LedgerRoom } from "./ledger-room.ts";
import type { RotateDeps } from "./rotate-chain.ts";

const installation = "chains";
export const cluster = "local";

/** A run over a unit of twenty objects, as the applier records it. */
export const writesOf = (app: string, run: string, seq: number, result = ""): UnitWrites =>
  UnitWrites.fromPartial({
    unit: { cluster, app, appUid: `uid-${app}` },
    version: { fleet: 1n, selection: 1n, sources: [{ source: "s", seq: BigInt(seq) }], tools: 1n },
    desiredDigest: `sha256:${app}-${seq}`,
    writes: Array.from({ length: 20 }, (_, n) => ({
      ref: { cluster, kind: "ConfigMap", namespace: "a-namespace", name: `${app}-object-${n}` },
      digest: "d".repeat(64),
      result: result === "" ? "" : "done",
    })),
    writeCount: 20,
    run,
    result,
  });

/** The segments below an export folder. */
export const filesIn = async (folder: string): Promise<readonly string[]> => {
  const all = await readdir(folder, { recursive: true });
  return all.filter((name) => name.endsWith(".jsonl")).toSorted();
};

export interface Owner extends RotateDeps {
  readonly lease: Lease;
  /** Its process has stood still, and has not heard since that the lease is still its own; or it has. */
  doubt(isInDoubt: boolean): void;
  /** So many runs over a few units, an intent and an outcome each. */
  work(runs: number): Promise<void>;
}

export interface ChainStory extends AsyncDisposable {
  readonly folder: string;
  readonly bus: Bus;
  connect(service: ServiceName): Promise<Bus>;
  /** Opens a chain under the next epoch. */
  own(
    partition: number,
    options?: { readonly bus?: Bus; readonly room?: LedgerRoom; readonly exporter?: Exporter },
  ): Promise<Owner>;
  /** Runs until the ledger is that full. */
  fill(owner: Owner, share: number): Promise<void>;
  share(): Promise<number>;
  entries(partition: number, from?: number): Promise<readonly StoredEntry[]>;
}

/** A thousandth of the limits: a ledger of half a MiB, on three servers too. */
const size = 0.001;

export const startChains = async (): Promise<ChainStory> => {
  await using stack = new AsyncDisposableStack();
  const replicas = testReplicas();
  const identities = createIdentities();
  const extra = identities.authorization;
  const nats = stack.use(await startNatsCluster(replicas, { extra, jetstream: { syncInterval: "always" } }));
  const folder = stack.use(await temporaryFolder());
  await mkdir(join(folder.path, installation));
  const common = { servers: nats.urls, installation, counts: smallProfile };
  const { seed } = identities.migrate;
  await migrateBus({ ...common, seed, replicas, size: size / (replicas === 3 ? 8 : 1) }, silentTelemetry().log);
  const connect = async (service: ServiceName): Promise<Bus> => {
    const config = { ...common, ...identities.loginOf(service), instance: "one" };
    return stack_.use(await connectBus(config, silentTelemetry(service)));
  };
  const stack_ = stack.move();
  const bus = await connect("applier");
  const signal = new AbortController().signal;
  let [epoch, runs] = [1_000n, 0];
  const share = async (): Promise<number> => {
    const { bytes, maxBytes } = await bus.storeLevel("LEDGER", signal);
    return bytes / maxBytes;
  };
  return {
    folder: folder.path,
    bus,
    connect,
    share,
    own: async (partition, options = {}) => {
      epoch += 1n;
      let [alive, inDoubt] = [true, false];
      const lease = {
        service: "applier",
        shard: String(partition),
        epoch,
        live: () => alive && !inDoubt,
        sure: () => Promise.resolve(alive),
        drop: () => void (alive = false),
      } as const;
      const by = options.bus ?? bus;
      const clock = { ...systemClock, sleep: () => Promise.resolve() };
      const room = options.room === undefined ? {} : { room: options.room };
      const chain: LedgerChain = await openChain({ bus: by, clock, ...room }, partition, lease, signal);
      return {
        bus: by,
        log: silentTelemetry("applier").log,
        lease,
        doubt: (isInDoubt) => void (inDoubt = isInDoubt),
        chain,
        partition,
        exporter: "exporter" in options ? options.exporter : openExporter(folder.path),
        isGone: () => false,
        tenure: signal,
        work: async (count) => {
          for (let n = 0; n < count; n += 1) {
            runs += 1;
            const [app, run] = [`app${runs % 3}`, `${lease.epoch}.${runs}`];
            await chain.append(EntryKind.INTENT, writesOf(app, run, runs));
            await chain.append(EntryKind.OUTCOME, writesOf(app, run, runs, "applied"));
          }
        },
      };
    },
    fill: async (owner, to) => {
      while ((await share()) < to) await owner.work(2);
    },
    entries: async (partition, from = 1) => {
      const found: StoredEntry[] = [];
      const tokens = { partition: String(partition) };
      for await (const { fact, sequence, body } of bus.readAll(flows.ledgerEntry, tokens, from, signal))
        found.push({ fact, sequence, body });
      return found;
    },
    [Symbol.asyncDispose]: () => stack_.disposeAsync(),
  };
};
