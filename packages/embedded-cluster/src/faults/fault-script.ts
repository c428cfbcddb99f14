import type { Value } from "../json.ts";
import type { RequestMatch } from "./request-facts.ts";

/**
 * What can be done to a request, its answer or the events of a watch. The same script does the same to both fronts.
 *
 * | kind | what the client sees | was it carried out? |
 * |---|---|---|
 * | latency | the answer comes `ms` later (up to `upToMs`, drawn) | yes, after that time, or before it: `moment` says; a write also if its client has left |
 * | throttle | 429 in plain text with Retry-After (default 1 s), as from priority and fairness | no |
 * | error | 500 (etcd timed out), 502 (a proxy's HTML), 503 or 504 as a Status; Retry-After on request | `moment` says |
 * | stale | 409: another write was first | no |
 * | forbidden | 403, as from RBAC | no |
 * | hanging-webhook | 500 after `seconds` (10): a webhook was asked and did not answer | no |
 * | reset | the connection breaks off without an answer | `moment` says |
 * | half-open | no answer, no end: only a deadline helps; a watch opens and stays silent after `afterEvents` (0) | `moment` says |
 * | body | the answer cut in its middle, HTML of a proxy with status 200, or nothing | yes |
 * | drop-event, duplicate-event | an event of a watch never comes, or comes twice | - |
 * | delay-event | an event, and all behind it, come `ms` later | - |
 * | reorder-events | an event comes after the one that follows it (or after `ms`, default 1 s, when none does) | - |
 * | expire-watch | 410: as the ERROR event of an open watch (as a real server does), or as the answer's status | - |
 * | end-watch | the watch is closed by the server, or breaks off, after `afterEvents` | - |
 * | stale-read | a list or get as it was answered before (the oldest answer kept of that very path) | - |
 * | backup, regress | the store is kept; it goes back to the last backup (at first: to when the script began), resourceVersions are given out again and all watches break off | yes, on the old state |
 * | partial-discovery | a group is stale and empty in aggregated discovery, 503 in the old one | - |
 * | clock-jump | the cluster's clock leaps by `ms`, either way; its timers do not | yes |
 * | admission | a webhook denies, is not reached (500), or sets a field of every object (`change`) | `change` only |
 */
export type Fault =
  | { readonly kind: "latency"; readonly ms: number; readonly upToMs?: number; readonly moment?: Moment }
  | { readonly kind: "throttle"; readonly retryAfterSeconds?: number }
  | {
      readonly kind: "error";
      readonly status: 500 | 502 | 503 | 504;
      readonly retryAfterSeconds?: number;
      readonly moment?: Moment;
    }
  | { readonly kind: "stale" }
  | { readonly kind: "forbidden" }
  | { readonly kind: "hanging-webhook"; readonly seconds?: number }
  | { readonly kind: "reset"; readonly moment?: Moment }
  | { readonly kind: "half-open"; readonly moment?: Moment; readonly afterEvents?: number }
  | { readonly kind: "body"; readonly form: "truncated" | "html" | "empty" }
  | { readonly kind: "drop-event" }
  | { readonly kind: "duplicate-event" }
  | { readonly kind: "delay-event"; readonly ms: number }
  | { readonly kind: "reorder-events"; readonly ms?: number }
  | { readonly kind: "expire-watch"; readonly as?: "event" | "status"; readonly afterEvents?: number }
  | { readonly kind: "end-watch"; readonly how: "close" | "break"; readonly afterEvents?: number }
  | { readonly kind: "stale-read" }
  | { readonly kind: "backup" }
  | { readonly kind: "regress" }
  | { readonly kind: "partial-discovery"; readonly group: string }
  | { readonly kind: "clock-jump"; readonly ms: number }
  | ({ readonly kind: "admission" } & AdmissionFault);

/** Whether the request is carried out before it goes wrong; `before` unless said. */
export type Moment = "before" | "after";

export type AdmissionFault =
  | { readonly act: "deny" | "unavailable"; readonly message?: string }
  /** `path` from the object's root: `["metadata", "annotations", "x"]`; a counter is appended to text when `varies`. */
  | { readonly act: "change"; readonly path: readonly string[]; readonly value: Value; readonly varies?: boolean };

export type FaultKind = Fault["kind"];
export type FaultOf<K extends FaultKind> = Extract<Fault, { readonly kind: K }>;

/** When a fault happens. A rule's chances are the requests (or events, for those faults) that fit; all are drawn from its own seeded row. */
export interface FaultRule {
  readonly fault: Fault;
  /** Everything unless said. */
  readonly when?: RequestMatch;
  /** Of each chance; 1 unless said. */
  readonly probability?: number;
  /** The first so many chances pass. */
  readonly skip?: number;
  /** It happens at most so often. */
  readonly count?: number;
  /** Milliseconds of the cluster's clock since the script began: not before, not from then on. */
  readonly fromMs?: number;
  readonly untilMs?: number;
}

/** Faults as data: the same script on the same requests does the same. */
export interface FaultScript {
  readonly seed: number;
  readonly rules: readonly FaultRule[];
}

/** One thing that was done. */
export interface InjectedFault {
  /** The cluster's clock, before a jump. */
  readonly at: number;
  /** Index of the rule. */
  readonly rule: number;
  readonly kind: FaultKind;
  /** `PATCH /api/v1/namespaces/n/configmaps/a`, without the query. */
  readonly request: string;
}
