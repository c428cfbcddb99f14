// For tests only: what a story gives to its tests.
import type { Bus, Forger } from "@evenkeel/bus";
import type { ApplyFinished, DesiredStateChanged, Inventory, LedgerEntry, Unit } from "@evenkeel/contracts";
import type { Kube } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import type { Clock } from "@evenkeel/machine";
import type { Telemetry } from "@evenkeel/telemetry";
import type { TestNatsCluster } from "@evenkeel/testing";

import type { ApplierProcess } from "./applier-process.fixture.ts";
import type { AppOptions } from "./story-declarations.fixture.ts";

/** A desired as the renderer would publish it. */
export interface DesireOptions {
  readonly removed?: boolean;
  readonly cluster?: string;
  readonly placement?: bigint;
  readonly fleet?: bigint;
  readonly unsigned?: boolean;
  /** What the fact says otherwise than what was signed. */
  readonly says?: Partial<DesiredStateChanged>;
  readonly traceId?: string;
  readonly lineage?: string;
  readonly follows?: readonly string[];
  /** Digest of the declarations that it was made from, where those are not the newest. */
  readonly declarations?: string;
  /** Where the version of the source is not the seq. */
  readonly digest?: string;
}

export interface Story extends AsyncDisposable {
  readonly nats: TestNatsCluster;
  readonly kube: Kube;
  readonly namespace: string;
  readonly buses: Readonly<Record<"source-watcher" | "renderer" | "drift-detector" | "status-api", Bus>>;
  readonly kubeconfigPath: string;
  /** Writes past the bus as whoever got the server to store something. */
  readonly forger: () => Promise<Forger>;
  unit(app: string, cluster?: string): Unit;
  /** Declares a Cluster beside the one of the story, or another connection of that one; the context of the kubeconfig. */
  declareCluster(name: string, context?: string): Promise<void>;
  undeclareCluster(name: string): Promise<void>;
  /** Declares an app in the newest fleet revision; the digest of the set goes into the next desires. */
  declare(app: string, options?: AppOptions): Promise<void>;
  /** Takes an app out of the newest fleet revision. */
  undeclare(app: string): Promise<void>;
  approve(app: string, planDigest: string): Promise<void>;
  desire(
    app: string,
    objects: readonly KubeObject[],
    seq: number,
    options?: DesireOptions,
  ): Promise<DesiredStateChanged>;
  /** Says that renders of these apps are asked for and not answered. */
  pend(apps: readonly string[]): Promise<void>;
  /** The render of an app failed at a seq of its source. */
  fail(app: string, seq: number, fleet?: bigint): Promise<void>;
  /** The first ApplyFinished of an app, heard or to come, for which `good` holds, after `from` of all heard. */
  finished(app: string, good?: (fact: ApplyFinished) => boolean, from?: number): Promise<ApplyFinished>;
  readonly heard: readonly ApplyFinished[];
  /** Starts an applier; resolves once it holds partitions. */
  start(options?: {
    readonly instance?: string;
    readonly telemetry?: Telemetry;
    readonly clock?: Clock;
    /** Folder of the ledger's export. */
    readonly ledgerExport?: string;
  }): Promise<RunningApplier>;
  /** Starts an applier as a process of its own. */
  spawn(instance: string, nodeArgs?: readonly string[], ledgerExport?: string): Promise<ApplierProcess>;
  inventory(app: string): Promise<Inventory | undefined>;
  ledger(app: string): Promise<readonly LedgerEntry[]>;
  live(object: KubeObject): Promise<KubeObject | undefined>;
}

export interface RunningApplier {
  readonly bus: Bus;
  /** Ends it as SIGTERM would. */
  stop(): Promise<void>;
  /** Cuts its connection at once, as SIGKILL would: nothing is given back. */
  kill(): Promise<void>;
}
