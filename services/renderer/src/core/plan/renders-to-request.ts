import { canonicalJson, sha256Hex } from "@evenkeel/resource";
import { formatVersion } from "@evenkeel/contracts";
import type { LineageStatement, RenderRequested, Unit, UnitVersion } from "@evenkeel/contracts";

import { versionOf } from "../number-version.ts";
import { knownSelection } from "./unit-memory.ts";
import type { UnitMemory } from "./unit-memory.ts";

/** One unit that the declarations make of a source: application x matching cluster. */
export interface DeclaredUnit {
  readonly unit: Unit;
  readonly source: string;
  /** Path of the application in its repository, "" for the root. */
  readonly path: string;
  /** Digest of the application's declaration. */
  readonly application: string;
  /** Digest of all declarations that its desired state depends on. */
  readonly declared: string;
  /** Seq of the Cluster declaration that says hub or spoke. */
  readonly placement: bigint;
}

/** The newest inputs, read through the leader: fleet first, then the source. */
export interface Inputs {
  readonly fleetSeq: bigint;
  readonly declarationsDigest: string;
  /** The fleet revision as the source-watcher signed it. */
  readonly fleetStatement: LineageStatement | undefined;
  readonly toolsSeq: bigint;
  /** What is numbered up to it was numbered before the bus was lost, and is below what clusters know. */
  readonly floor: bigint;
  /** undefined: no tip of this source was accepted yet. */
  readonly tip: SourceTip | undefined;
}

export interface SourceTip {
  readonly seq: bigint;
  readonly revision: string;
  readonly tree: string;
  readonly url: string;
  readonly gitRef: string;
  readonly lineage: LineageStatement | undefined;
  readonly acceptedAt: Date | undefined;
  /** First line of the commit message, and its author. */
  readonly subject: string;
  readonly author: string;
}

export interface PlanInput {
  readonly inputs: Inputs;
  readonly declared: readonly DeclaredUnit[];
  readonly memory: (unit: Unit) => UnitMemory;
  /** True if the commit, or what it was planned from, touches the unit. */
  readonly isTouched: (declared: DeclaredUnit, memory: UnitMemory) => boolean;
  readonly traceOf: (declared: DeclaredUnit, tip: SourceTip) => string;
}

/** Message id and CAS decisions rest on this: two requests with one cause ask for the same. */
export const causeOf = (request: Omit<RenderRequested, "cause">): string =>
  sha256Hex(
    canonicalJson([
      formatVersion(request.version as UnitVersion),
      request.revision,
      request.tree,
      request.declarationsDigest,
      String(request.placement),
      request.lineage?.signature ?? "",
      request.fleetStatement?.signature ?? "",
      request.removed,
    ]),
  ).slice(0, 32);

/** The requests of one source's touched units; a unit that nothing touches is at the tip already and costs nothing. */
export const rendersToRequest = ({
  inputs,
  declared,
  memory,
  isTouched,
  traceOf,
}: PlanInput): readonly RenderRequested[] => {
  const { tip } = inputs;
  if (tip === undefined) return [];
  return declared
    .filter((unit) => isTouched(unit, memory(unit.unit)))
    .map((unit) => {
      const known = knownSelection(memory(unit.unit));
      const selection = { source: unit.source, url: tip.url, gitRef: tip.gitRef, removed: false };
      const { fleetSeq: fleet, toolsSeq: tools, floor } = inputs;
      const numbers = { fleet, sourceSeq: tip.seq, tools, floor };
      const request = {
        unit: unit.unit,
        version: versionOf(numbers, selection, known),
        source: unit.source,
        revision: tip.revision,
        tree: tip.tree,
        declarationsDigest: inputs.declarationsDigest,
        placement: unit.placement,
        lineage: tip.lineage,
        fleetStatement: inputs.fleetStatement,
        observedAt: tip.acceptedAt,
        url: tip.url,
        traceId: traceOf(unit, tip),
        removed: false,
        subject: tip.subject,
        author: tip.author,
        requestedAt: undefined,
      };
      return { ...request, cause: causeOf(request) };
    });
};

/**
 * The request that asks for the tombstone of a unit which the declaration set really dropped. `lastDeclared` is the
 * digest of the last set that had it: from there the applier reads its deletion policy. `isBehind`: a cluster refused the
 * tombstone that was there for something newer.
 */
export const removalToRequest = (
  unit: Unit,
  memory: UnitMemory,
  inputs: Pick<Inputs, "fleetSeq" | "fleetStatement" | "toolsSeq">,
  lastDeclared: string,
  isBehind = false,
): RenderRequested | undefined => {
  const { last } = memory;
  if (last === undefined || (last.removed && !isBehind)) return undefined;
  const known = knownSelection(memory);
  const request = {
    unit: last.unit ?? unit,
    version: {
      fleet: inputs.fleetSeq,
      selection: known !== undefined && known.seq > inputs.fleetSeq ? known.seq : inputs.fleetSeq,
      sources: last.version?.sources ?? [],
      tools: inputs.toolsSeq,
    },
    source: last.source,
    revision: last.revision,
    tree: last.tree,
    declarationsDigest: lastDeclared === "" ? last.declarationsDigest : lastDeclared,
    placement: last.placement,
    lineage: last.lineage,
    fleetStatement: inputs.fleetStatement,
    observedAt: last.observedAt,
    url: last.url,
    traceId: last.traceId,
    removed: true,
    subject: last.subject,
    author: last.author,
    requestedAt: undefined,
  };
  return { ...request, cause: causeOf(request) };
};
