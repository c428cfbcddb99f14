import { canonicalJson, sha256Hex } from "@evenkeel/resource";
import { DesiredStateChanged, formatVersion, RenderFailed, RenderWaiting } from "@evenkeel/contracts";
import type { Reason, RenderRequested, UnitVersion } from "@evenkeel/contracts";

/** What a render came to, as far as its answer says it. */
export interface RenderedSet {
  /** Empty for an empty set and for a tombstone. */
  readonly digest: string;
  readonly objectCount: number;
  readonly empty: boolean;
  readonly warnings: readonly string[];
}

const MOST_WARNINGS = 10;
const LONGEST_WARNING = 1_000;
const LONGEST_REASON = 8_000;

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

const causeOf = (version: UnitVersion | undefined, ...content: readonly (string | boolean)[]): string =>
  sha256Hex(canonicalJson([version === undefined ? "" : formatVersion(version), ...content])).slice(0, 32);

/** The desired state that answers a request; without a set it is the tombstone of a removed unit. */
export const desiredOf = (
  request: RenderRequested,
  path: string,
  set: RenderedSet | undefined,
  renderedAt: Date,
): DesiredStateChanged => {
  const digest = set?.digest ?? "";
  const content = [digest, request.removed, set?.empty ?? false, request.revision, request.declarationsDigest] as const;
  return {
    unit: request.unit,
    version: request.version,
    digest,
    objectCount: set?.objectCount ?? 0,
    source: request.source,
    revision: request.revision,
    path,
    tree: request.tree,
    lineage: request.lineage,
    fleetStatement: request.fleetStatement,
    placement: request.placement,
    removed: request.removed,
    declarationsDigest: request.declarationsDigest,
    observedAt: request.observedAt,
    renderedAt,
    traceId: request.traceId,
    url: request.url,
    cause: causeOf(request.version, ...content),
    empty: set?.empty ?? false,
    warnings: (set?.warnings ?? []).slice(0, MOST_WARNINGS).map((warning) => cut(warning, LONGEST_WARNING)),
    subject: request.subject,
    author: request.author,
  };
};

/** Why a request has no desired state: the same is told of one that waits and of one that failed. */
const wordOf = (request: RenderRequested, reason: Reason, at: Date): RenderWaiting & RenderFailed => ({
  unit: request.unit,
  version: request.version,
  source: request.source,
  revision: request.revision,
  reason: { ...reason, message: cut(reason.message, LONGEST_REASON), remedy: cut(reason.remedy, LONGEST_REASON) },
  at,
  traceId: request.traceId,
  cause: causeOf(request.version, reason.code, reason.message),
});

/** What a request that is not answered yet waits for. */
export const waitingOf: (request: RenderRequested, reason: Reason, at: Date) => RenderWaiting = wordOf;

/** The failure that answers a request; what runs stays as it is. */
export const failureOf: (request: RenderRequested, reason: Reason, at: Date) => RenderFailed = wordOf;
