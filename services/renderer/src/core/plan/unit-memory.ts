import { compareVersions, seqOf } from "@evenkeel/contracts";
import type { DesiredStateChanged, RenderFailed, RenderRequested, Unit, UnitVersion } from "@evenkeel/contracts";

import type { KnownSelection } from "../number-version.ts";

/** Map key of a unit. */
export const unitKey = (unit: Pick<Unit, "cluster" | "app">): string => `${unit.cluster}/${unit.app}`;

/** The newest facts that the bus holds of one unit. */
export interface UnitFacts {
  readonly request?: RenderRequested;
  readonly desired?: DesiredStateChanged;
  readonly failure?: RenderFailed;
}

/** How a unit stands to what was last asked of it. */
export type UnitProgress =
  | { readonly state: "unknown" }
  | { readonly state: "rendering" }
  | { readonly state: "failed"; readonly failure: RenderFailed }
  | { readonly state: "answered"; readonly desired: DesiredStateChanged };

/** The facts of one unit and what follows from them; made once a change, as each commit looks at every unit. */
export interface UnitMemory extends UnitFacts {
  readonly progress: UnitProgress;
  /** What was last asked, or answered where the request has expired: the base of the next version. */
  readonly last: RenderRequested | DesiredStateChanged | undefined;
  /** Version, and largest seq, of what the last request was answered by; undefined while it is not. */
  readonly answered: { readonly version: UnitVersion; readonly seq: bigint } | undefined;
}

const noVersion: UnitVersion = { fleet: 0n, selection: 0n, sources: [], tools: 0n };

const atLeast = (a: UnitVersion | undefined, b: UnitVersion | undefined): boolean =>
  ["newer", "equal"].includes(compareVersions(a ?? noVersion, b ?? noVersion));

/** A failure counts until a desired state of its own or a newer version ends it; a request until one of both answers it. */
const progressOf = ({ request, desired, failure }: UnitFacts): UnitProgress => {
  const failed = failure !== undefined && (desired === undefined || !atLeast(desired.version, failure.version));
  const answer = failed ? failure : desired;
  if (answer === undefined) return { state: request === undefined ? "unknown" : "rendering" };
  if (request !== undefined && !atLeast(answer.version, request.version)) return { state: "rendering" };
  return failed ? { state: "failed", failure } : { state: "answered", desired: desired as DesiredStateChanged };
};

const lastOf = ({ request, desired }: UnitFacts): RenderRequested | DesiredStateChanged | undefined =>
  request === undefined || (desired !== undefined && !atLeast(request.version, desired.version)) ? desired : request;

const versionOf = (progress: UnitProgress): UnitVersion | undefined => {
  switch (progress.state) {
    case "answered":
      return progress.desired.version;
    case "failed":
      return progress.failure.version;
    case "unknown":
    case "rendering":
      return undefined;
  }
};

/** Works out what the facts of one unit mean. */
export const recall = (facts: UnitFacts): UnitMemory => {
  const progress = progressOf(facts);
  const version = versionOf(progress);
  const answered = version === undefined ? undefined : { version, seq: seqOf(version) };
  return { ...facts, progress, last: lastOf(facts), answered };
};

/** The selection of the last request of a unit. */
export const knownSelection = ({ last }: UnitMemory): KnownSelection | undefined =>
  last === undefined
    ? undefined
    : {
        source: last.source,
        url: last.url,
        gitRef: last.lineage?.gitRef ?? "",
        removed: last.removed,
        seq: last.version?.selection ?? 0n,
      };
