import type { DriftDetected, DriftResolved, HealthChanged, Unit } from "@evenkeel/contracts";
import type { WhenGoneRule } from "@evenkeel/declarations";
import type { MaskCache } from "@evenkeel/drift";
import type { Kube } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import type { Clock, Rng } from "@evenkeel/machine";
import type { Logger, Metrics } from "@evenkeel/telemetry";
import type { DriftPolicy, IgnoreRule } from "@evenkeel/words";

/** One object of a rendered set. */
export interface Rendered {
  readonly object: KubeObject;
  readonly digest: string;
}

/** What the detector of one cluster works with. */
export interface DetectorDeps {
  readonly cluster: string;
  readonly installation: string;
  /** Keys the hashes of Secrets in records, as the applier does. */
  readonly hashKey: string;
  /** How often all that is watched is listed anew. */
  readonly compareMs?: number | undefined;
  /** Term number of the detector's lease. */
  readonly epoch: bigint;
  /** The way to the cluster for what concerns one unit. */
  readonly kubeOf: (unit: Unit) => Pick<Kube, "serverSideApply" | "getObject">;
  /** Before what is gone is told as missing: throws, and ends the watch, where another cluster is there by now. */
  readonly confirmCluster: () => Promise<void>;
  /** Whether this server's resourceVersions may be compared by order (1.35 and later). */
  readonly versionsOrdered: boolean;
  /** The rendered objects of a desired set; undefined when the set is gone. */
  readonly renderedOf: (digest: string, signal: AbortSignal) => Promise<readonly Rendered[] | undefined>;
  /** What the application declares; undefined when its declarations are gone. */
  readonly policyOf: (app: string, declarationsDigest: string, signal: AbortSignal) => Promise<DriftPolicy | undefined>;
  /** The fields that the application leaves to others; none when its declarations are gone. */
  readonly ignoreOf: (app: string, declarationsDigest: string, signal: AbortSignal) => Promise<readonly IgnoreRule[]>;
  /** Resolves once all that the ledger had about the unit when asked was taken in: then no write of ours is unknown. */
  readonly ledgerCaughtUp: (unit: Unit, signal: AbortSignal) => Promise<void>;
  /** What the application says about objects that are gone; nothing when its declarations are gone. */
  readonly whenGoneOf: (
    app: string,
    declarationsDigest: string,
    signal: AbortSignal,
  ) => Promise<readonly WhenGoneRule[]>;
  readonly publish: {
    drift(fact: DriftDetected): Promise<void>;
    /** `driftCause` is that of the DriftDetected that it ends; "" when unknown. */
    resolved(fact: DriftResolved, driftCause: string): Promise<void>;
    health(fact: HealthChanged): Promise<void>;
  };
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "driftDetect" | "drift">;
  readonly masks: MaskCache;
}
