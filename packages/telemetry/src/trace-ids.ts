import { hash } from "node:crypto";

import { TraceFlags } from "@opentelemetry/api";
import type { SpanContext } from "@opentelemetry/api";

const digest = (...parts: readonly string[]): string => hash("sha256", parts.join("\0"), "hex");

/** Root span of a derived trace: whoever knows the trace id knows its root, so a stage may parent to it before it exists. */
export const rootOf = (traceId: string): SpanContext => ({
  traceId,
  spanId: digest("evenkeel/root/1", traceId).slice(0, 16),
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
});

const derived = (...parts: readonly string[]): SpanContext => rootOf(digest(...parts).slice(0, 32));

/** What names a trace A: one unit at one desired state. */
export interface UnitRun {
  /** Repository URL, normalised, without credentials. */
  readonly url: string;
  /** Full commit id. */
  readonly revision: string;
  readonly app: string;
  readonly cluster: string;
  /** Digest of the app's declaration: one commit with other parameters is another run. */
  readonly declarationDigest: string;
}

/** Root of trace S: one accepted commit of a source. */
export const sourceTrace = (url: string, gitRef: string, revision: string): SpanContext =>
  derived("evenkeel/source/1", url, gitRef, revision);

/** Root of trace A: one unit and desired state. */
export const unitTrace = (run: UnitRun): SpanContext =>
  derived("evenkeel/unit/1", run.url, run.revision, run.app, run.cluster, run.declarationDigest);

/** Root of trace D: one drift record of a unit, named by the cause of its DriftDetected. */
export const driftTrace = (cluster: string, app: string, cause: string): SpanContext =>
  derived("evenkeel/drift/1", cluster, app, cause);
