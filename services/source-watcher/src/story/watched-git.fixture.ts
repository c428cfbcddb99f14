import { anyBody } from "@evenkeel/artifacts";
// For tests only: the service on a real nats-server and a real Git server, with every permission in force.
import { createHmac } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createBell } from "@evenkeel/async";
import { openArtifacts } from "@evenkeel/artifacts";
import type { Artifacts } from "@evenkeel/artifacts";
import { connectBus, createIdentities, migrateBus, openForger } from "@evenkeel/bus";
import type { BucketName, Bus, Delivery } from "@evenkeel/bus";
import { buckets, flowsOf, smallProfile, Tip } from "@evenkeel/contracts";
import type { ApplyFinished, CommitObserved, ServiceName, SourceCondition } from "@evenkeel/contracts";
import { recordingTelemetry, silentTelemetry } from "@evenkeel/telemetry";
import type { RecordingTelemetry } from "@evenkeel/telemetry";
import { makeRepository, startGitServer, startNatsCluster, temporaryFolder, testReplicas } from "@evenkeel/testing";
import type { FileChanges, GitServer, TestRepository } from "@evenkeel/testing";

import type { FleetConfig, SourceWatcherConfig } from "../config.ts";
import { runSourceWatcher } from "../run.ts";
import type { SourceWatcherRun } from "../run.ts";

const webhookSecret = "hook-s3cret";

type Fact = Delivery<CommitObserved | SourceCondition | ApplyFinished>;

export interface WatchedGit extends AsyncDisposable {
  readonly git: GitServer;
  readonly fleet: TestRepository;
  readonly shop: TestRepository;
  readonly shopUrl: string;
  readonly fleetConfig: FleetConfig;
  /** Of the service: its stores in `git`, its secrets in `secrets`. */
  readonly dir: string;
  /** Directory in which the bus server keeps what it stores. */
  readonly busStore: string;
  readonly artifacts: Artifacts;
  readonly as: (service: ServiceName) => Promise<Bus>;
  /** Every fact so far, oldest first. */
  readonly facts: readonly Fact[];
  /** Waits for a CommitObserved of a source at a revision. */
  readonly observed: (source: string, revision: string) => Promise<CommitObserved>;
  /** Waits for a condition of a source. */
  readonly condition: (source: string, good: (condition: SourceCondition) => boolean) => Promise<SourceCondition>;
  /** Commits the files to the fleet and pushes; the new tip. */
  readonly pushFleet: (files: FileChanges) => Promise<string>;
  /** Seq and revision of each CommitObserved of a source, oldest first. */
  readonly commits: (source: string) => readonly (readonly [number, string])[];
  /** The tip in force. */
  readonly tipOf: (source: string) => Promise<Tip | undefined>;
  /** The migration again, with another size of every store. */
  readonly resize: (size: number) => Promise<void>;
  /** Has something else lie under a key of this service. */
  readonly junkOver: (bucket: BucketName, key: string) => Promise<void>;
  /** Keeps the tip of a source and the counter; what it resolves to puts them back, as they would come out of a backup. */
  readonly backUpTip: (source: string) => Promise<() => Promise<void>>;
  /** Makes a stream anew, empty, while everything stands. */
  readonly remakeStream: (stream: string) => Promise<void>;
  /** Starts the service; it ends with the fixture, or before by `stop`. */
  readonly watch: (config?: Partial<SourceWatcherConfig>, given?: Partial<SourceWatcherRun>) => Promise<RunningWatcher>;
}

export interface RunningWatcher {
  readonly telemetry: RecordingTelemetry;
  /** Where webhooks are taken, `host:port`. */
  readonly webhooks: string;
  readonly stop: () => Promise<void>;
  /** Posts a signed push event; resolves to the status. */
  readonly hook: (source: string, secret?: string) => Promise<number>;
}

/** `size`: share of what streams and buckets may take by default. */
export const watchGit = async (size = 1): Promise<WatchedGit> => {
  await using stack = new AsyncDisposableStack();
  const identities = createIdentities();
  const extra = identities.authorization;
  const replicas = testReplicas();
  const nats = stack.use(await startNatsCluster(replicas, { extra, jetstream: { syncInterval: "always" } }));
  const counts = smallProfile;
  const installation = "test-installation";
  const servers = nats.urls;
  const resize = async (to: number): Promise<void> => {
    const { seed } = identities.migrate;
    const scaled = to / (replicas === 3 && to < 1 ? 8 : 1); // three replicas reserve eight times as much
    await migrateBus({ servers, installation, seed, counts, replicas, size: scaled }, silentTelemetry().log);
  };
  await resize(size);
  const git = stack.use(await startGitServer());
  const [fleet, shop] = [stack.use(await makeRepository()), stack.use(await makeRepository())];
  const [fleetRemote, shopRemote] = [await git.create("fleet"), await git.create("shop")];
  await shop.push({ remote: shopRemote.url });
  const { path: dir } = stack.use(await temporaryFolder());
  await mkdir(join(dir, "secrets/hook"), { recursive: true });
  await writeFile(join(dir, "secrets/hook/token"), `${webhookSecret}\n`);

  const open = stack.use(new AsyncDisposableStack());
  const buses = new Map<string, Promise<Bus>>();
  const connect = async (service: ServiceName, instance = "one"): Promise<Bus> => {
    const config = { ...identities.loginOf(service), servers, instance, installation, counts };
    return open.use(await connectBus(config, silentTelemetry(service)));
  };
  const as = (service: ServiceName): Promise<Bus> => {
    const bus = buses.get(service) ?? connect(service, "test");
    buses.set(service, bus);
    return bus;
  };

  const facts: Fact[] = [];
  const told = createBell();
  const seeing = new AbortController();
  open.defer(() => seeing.abort());
  await (
    await as("status-api")
  ).view(
    flowsOf("COMMITS"),
    {},
    {
      onEntry: (fact) => {
        facts.push(fact as Fact);
        told.ring();
      },
    },
    seeing.signal,
  );
  const until = async <T>(find: (fact: Fact) => T | undefined): Promise<T> => {
    for (;;) {
      const found = facts.map(find).find((value) => value !== undefined);
      if (found !== undefined) return found;
      await told.heard();
    }
  };

  const fleetConfig: FleetConfig = {
    url: fleetRemote.url,
    ref: "main",
    path: ".",
    intervalMs: 3_600_000,
    credentialsFile: undefined,
    acceptedTip: undefined,
    webhook: { kind: "generic", secretFile: join(dir, "secrets/hook/token") },
    localCluster: false,
  };
  const watch = async (
    config: Partial<SourceWatcherConfig> = {},
    given: Partial<SourceWatcherRun> = {},
  ): Promise<RunningWatcher> => {
    const telemetry = recordingTelemetry("source-watcher");
    const bus = await connect("source-watcher");
    const stop = new AbortController();
    const ready = Promise.withResolvers<string>();
    const running = runSourceWatcher(
      {
        fleet: fleetConfig,
        gitHosts: ["any"],
        privateHosts: [],
        allowHttpLoopback: true,
        allowFileBelow: undefined,
        storeDir: join(dir, "git"),
        secretsDir: join(dir, "secrets"),
        sourceQuotaBytes: 256 * 1024 * 1024,
        webhookHost: "127.0.0.1",
        webhookPort: 0,
        ...config,
      },
      { bus, telemetry, onReady: (address = "") => ready.resolve(address), ...given },
      stop.signal,
    );
    const end = async (): Promise<void> => {
      stop.abort(new Error("the test ends"));
      // Stopped in the middle of a wait, it ends with the reason it was given, as `runService` allows.
      await running.catch((error: unknown) => {
        if (error !== stop.signal.reason) throw error;
      });
      await bus[Symbol.asyncDispose]();
    };
    open.defer(end);
    const webhooks = await Promise.race([ready.promise, running.then(() => Promise.reject(new Error("ended")))]);
    const hook = async (source: string, secret = webhookSecret): Promise<number> => {
      const body = "{}";
      const signature = createHmac("sha256", secret).update(body).digest("hex");
      const headers = { "x-signature": `sha256=${signature}` };
      const url = `http://${webhooks}/hooks/${source}`;
      return (await globalThis.fetch(url, { method: "POST", body, headers })).status;
    };
    return { telemetry, webhooks, stop: end, hook };
  };

  const owned = stack.move();
  return {
    git,
    fleet,
    shop,
    shopUrl: shopRemote.url,
    dir,
    busStore: nats.servers[0]?.folder ?? "",
    fleetConfig,
    artifacts: openArtifacts(await as("applier"), { memoryBytes: 1024 }),
    as,
    facts,
    observed: (source, revision) =>
      until(({ fact }) =>
        "revision" in fact && "seq" in fact && fact.source === source && fact.revision === revision ? fact : undefined,
      ),
    pushFleet: async (files) => {
      const tip = await fleet.commit(files, "Declare");
      await fleet.push({ remote: fleetRemote.url });
      return tip;
    },
    commits: (source) =>
      facts
        .map(({ fact }) => fact)
        .filter((fact): fact is CommitObserved => "seq" in fact && fact.source === source)
        .map(({ seq, revision }) => [Number(seq), revision] as const),
    tipOf: async (source) => (await (await as("renderer")).state(buckets.tip).get({ source }))?.value,
    condition: (source, good) =>
      until(({ fact }) => ("declarationErrors" in fact && fact.source === source && good(fact) ? fact : undefined)),
    resize,
    junkOver: async (bucket, key) => {
      const seeds = { migrate: identities.migrate.seed, "source-watcher": identities.keys["source-watcher"].seed };
      await using forger = await openForger({ url: servers[0] ?? "", installation, seeds });
      await forger.store(bucket, key, new TextEncoder().encode("junk"));
    },
    backUpTip: async (source) => {
      const seeds = { migrate: identities.migrate.seed, "source-watcher": identities.keys["source-watcher"].seed };
      const forging = { url: servers[0] ?? "", installation, seeds };
      await using reader = await openForger(forging);
      const kept = await Promise.all(
        [`src.${source}`, "seq"].map(async (key) => [key, await reader.read("tips", key)] as const),
      );
      return async () => {
        await using forger = await openForger(forging);
        for (const [key, body] of kept) await forger.store("tips", key, body ?? new Uint8Array(), "source-watcher");
      };
    },
    remakeStream: async (stream) => {
      const seeds = { migrate: identities.migrate.seed };
      await using forger = await openForger({ url: servers[0] ?? "", installation, seeds });
      await forger.lose(stream);
    },
    watch,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

/** Keys of the Git objects that are stored, and of those that were left out. */
export const gitKeys = async (world: WatchedGit): Promise<readonly string[]> =>
  (await (await world.as("renderer")).state(anyBody).keys({}))
    .map(({ key }) => key)
    .filter((key) => key.startsWith("git."));
