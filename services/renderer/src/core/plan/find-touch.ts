import type { DeclaredUnit, Inputs } from "./renders-to-request.ts";
import { unitKey } from "./unit-memory.ts";
import type { UnitMemory } from "./unit-memory.ts";
import { touches } from "./touches.ts";
import type { ChangedPaths, Closure } from "./touches.ts";

/** What is known of the last CommitPlanned of a source; it was published after all its requests were acknowledged. */
export interface PreviousPlan {
  readonly seq: bigint;
  readonly revision: string;
  readonly fleetSeq: bigint;
  readonly fleetRevision: string;
  /** Unit key to digest of what it was declared by; undefined: that set is gone. */
  readonly declared: ReadonlyMap<string, string> | undefined;
}

export interface TouchInput {
  readonly inputs: Inputs;
  readonly fleetRevision: string;
  readonly previous: PreviousPlan | undefined;
  /** Paths that differ between the planned tree and the new one; undefined: not known, so everything may differ. */
  readonly changed: ChangedPaths | undefined;
  /** What the last answered (or refused) render of the unit's application read; undefined: not known. */
  readonly closureOf: (declared: DeclaredUnit) => Closure | undefined;
  /** A cluster refused the unit for something newer, and nothing newer was asked for since. */
  readonly isBehind: (declared: DeclaredUnit, memory: UnitMemory) => boolean;
}

/** Why a unit is rendered again; the first reason that holds is named. */
export type Touch =
  | "first plan"
  | "numbered again"
  | "new unit"
  | "behind its cluster"
  | "declaration changed"
  | "tool set changed"
  | "selection changed"
  | "path changed"
  | "closure unknown"
  | "closure changed";

/** Decides whether a unit has to be rendered; undefined means it is at the new tip as it stands. */
export const findTouch = (
  { inputs, fleetRevision, previous, changed, closureOf, isBehind }: TouchInput,
  declared: DeclaredUnit,
  memory: UnitMemory,
): Touch | undefined => {
  const { tip } = inputs;
  if (tip === undefined) return undefined;
  if (previous?.declared === undefined) return "first plan";
  // An equal revision under a higher seq: the counter was raised above what a cluster has seen, so all count anew.
  if (previous.revision === tip.revision && previous.seq < tip.seq) return "numbered again";
  if (previous.fleetRevision === fleetRevision && previous.fleetSeq < inputs.fleetSeq) return "numbered again";
  const { last } = memory;
  if (last === undefined) return "new unit";
  if (isBehind(declared, memory)) return "behind its cluster";
  if ((last.version?.fleet ?? 0n) <= inputs.floor) return "numbered again";
  if (previous.declared.get(unitKey(declared.unit)) !== declared.declared) return "declaration changed";
  if (last.version?.tools !== inputs.toolsSeq) return "tool set changed";
  if (last.removed || last.source !== declared.source || last.url !== tip.url) return "selection changed";
  if ((last.lineage?.gitRef ?? "") !== tip.gitRef || last.placement !== declared.placement) return "selection changed";
  if (previous.revision === tip.revision) return undefined;
  if (changed === undefined) return "first plan";
  if (changed.above.size === 0) return undefined;
  const nothing = { files: [], directories: [], trees: [] };
  if (touches(changed, declared.path, nothing)) return "path changed";
  // What is stored is of the last answer; while a render is pending it is not known what the next one will read.
  const closure = memory.answered === undefined ? undefined : closureOf(declared);
  if (closure === undefined) return "closure unknown";
  return touches(changed, declared.path, closure) ? "closure changed" : undefined;
};
