import { compareVersions } from "@evenkeel/contracts";
import type { DesiredStateChanged, RenderFailed, RenderRequested, Unit, UnitVersion } from "@evenkeel/contracts";

import type { KnownSelection } from "./number-version.ts";

/** Map key of a unit. */
export const unitKey = (unit: Pick<Unit, "cluster" | "app">): string => `${unit.cluster}/${unit.app}`;

/** What the bus holds of one unit: the newest request, desired state and failure. */
export interface UnitMemory {
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

const noVersion: UnitVersion = { fleet: 0n, selection: 0n, sources: [], tools: 0n };

const atLeast = (a: UnitVersion | undefined, b: UnitVersion | undefined): boolean =>
  ["newer", "equal"].includes(compareVersions(a ?? noVersion, b ?? noVersion));

/** A failure counts until a desired state of its own or a newer version ends it; a request until one of both answers it. */
export const progressOf = ({ request, desired, failure }: UnitMemory): UnitProgress => {
  const failed = failure !== undefined && (desired === undefined || !atLeast(desired.version, failure.version));
  const answer = failed ? failure : desired;
  if (answer === undefined) return { state: request === undefined ? "unknown" : "rendering" };
  if (request !== undefined && !atLeast(answer.version, request.version)) return { state: "rendering" };
  return failed ? { state: "failed", failure } : { state: "answered", desired: desired as DesiredStateChanged };
};

/** Version of what the unit's last request was answered by; undefined while it is not. */
export const answeredVersion = (memory: UnitMemory): UnitVersion | undefined => {
  const progress = progressOf(memory);
  if (progress.state === "answered") return progress.desired.version;
  return progress.state === "failed" ? progress.failure.version : undefined;
};

/** What was last asked, or answered where the request has expired: the base of the next version. */
export const lastAsked = ({ request, desired }: UnitMemory): RenderRequested | DesiredStateChanged | undefined =>
  request === undefined || (desired !== undefined && !atLeast(request.version, desired.version)) ? desired : request;

/** The selection of the last request of a unit. */
export const knownSelection = (memory: UnitMemory): KnownSelection | undefined => {
  const last = lastAsked(memory);
  return last === undefined
    ? undefined
    : {
        source: last.source,
        url: last.url,
        gitRef: last.lineage?.gitRef ?? "",
        removed: last.removed,
        seq: last.version?.selection ?? 0n,
      };
};
