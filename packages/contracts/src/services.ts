/** What one service is to the others: from this row its permissions, identity, process and manifests follow. */
export interface ServiceRow {
  /** What it does, after its name, as `--help` says it. */
  readonly about: string;
  /** Streams (upper case) and buckets that it views or reads beside the durables that are its own. */
  readonly reads: readonly string[];
  /** Streams of its own that it may take old messages out of: sealed entries of the ledger, tombstones of units. */
  readonly purges: readonly string[];
  /** What it is not ready without, and what of that is not yet so; undefined: it is not built yet. */
  readonly waitsFor: readonly [name: string, words: string] | undefined;
  /** Has credentials of clusters, and the key of records of what is on them. */
  readonly reachesClusters: boolean;
}

const everyStream = ["COMMITS", "PLANS", "RENDERS", "DESIRED", "DRIFT", "APPLIED", "HEALTH", "LEDGER"] as const;
const known = ["members", "leases", "declarations", "config", "DEADLETTERS"] as const;

/** Every service, in the order in which a commit reaches them. */
export const services = {
  "source-watcher": {
    about: "turns Git into facts: accepted tips, declarations, holds; the only one that reaches Git.",
    reads: [...known, "COMMITS", "PLANS", "RENDERS", "DESIRED", "APPLIED", "ANCHORS", "tips", "blobs"],
    purges: [],
    waitsFor: ["fleet", "has not been loaded yet"],
    reachesClusters: false,
  },
  renderer: {
    about: "makes desired state of commits; reaches no network but the bus, no cluster and no Git remote.",
    reads: [...known, "COMMITS", "PLANS", "RENDERS", "DESIRED", "APPLIED", "tips", "blobs", "status", "inventory"],
    purges: ["DESIRED"],
    waitsFor: ["units", "have not been seen yet"],
    reachesClusters: false,
  },
  "drift-detector": {
    about: "watches clusters for drift from desired state and for health; reads them only (dry-run included).",
    reads: [...known, "DESIRED", "LEDGER", "DRIFT", "HEALTH", "inventory", "blobs"],
    purges: [],
    waitsFor: ["units", "have not been seen yet"],
    reachesClusters: true,
  },
  applier: {
    about: "carries desired state and corrections of drift out on clusters; the only service that writes to them.",
    reads: [
      ...known,
      "PLANS",
      "DESIRED",
      "DRIFT",
      "APPLIED",
      "ANCHORS",
      "LEDGER",
      "inventory",
      "blobs",
      "status",
      "tips",
    ],
    purges: ["LEDGER"],
    waitsFor: ["partitions", "are not held yet"],
    reachesClusters: true,
  },
  "status-api": {
    about: "answers what is known of units, drift, history and sources over gRPC; reads only.",
    // No blobs: rendered sets hold the values of Secrets.
    reads: [...known, ...everyStream, "inventory"],
    purges: [],
    waitsFor: ["projection", "has not caught up"],
    reachesClusters: false,
  },
  notifier: {
    about: "tells people what changed.",
    reads: [...known, ...everyStream, "status"],
    purges: [],
    waitsFor: undefined,
    reachesClusters: false,
  },
} as const satisfies Readonly<Record<string, ServiceRow>>;

/** The services that have an identity on the bus. */
export type ServiceName = keyof typeof services;

/** Those that are built and run. */
export type RunningService = {
  [Name in ServiceName]: (typeof services)[Name]["waitsFor"] extends undefined ? never : Name;
}[ServiceName];

export const serviceNames = Object.keys(services) as readonly ServiceName[];

export const runningServices = serviceNames.filter(
  (name): name is RunningService => services[name].waitsFor !== undefined,
);
