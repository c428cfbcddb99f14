import { BusConflict, takeNumber } from "@evenkeel/bus";
import { buckets, FLEET_SOURCE, LineageStatement, lineageText, Tip } from "@evenkeel/contracts";
import { stampSeq } from "@evenkeel/declarations";
import type { DeclarationSet } from "@evenkeel/declarations";
import type { Commit, GitStore } from "@evenkeel/git";

import { faultsOf } from "../core/describe-condition.ts";
import type { ConditionState } from "../core/describe-condition.ts";
import type { Own } from "../core/anchored.ts";
import type { Source } from "../core/source.ts";
import type { Deps } from "../deps.ts";
import { firstParentsTo } from "./first-parents.ts";
import { objectOf } from "./load-offer.ts";
import { indexDeclarations } from "../fleet/index-declarations.ts";
import { lastCommit, publishCommit } from "./publish-commit.ts";
import { parseFleetFiles, previousSet, readFleetFiles, storeSet } from "../fleet/read-fleet.ts";
import { leftOf } from "./source-memory.ts";
import type { SourceMemory, TipEntry } from "./source-memory.ts";
import { isStored, storeObjects } from "../store/store-objects.ts";

export interface Acceptance {
  readonly source: Source;
  readonly gitRef: string;
  readonly object: string;
  readonly commit: Commit;
  /** The accepted tip under this very URL and Git ref, if there is one. */
  readonly before: Tip | undefined;
  /** What is stored now, whatever its URL and Git ref. */
  readonly entry: TipEntry | undefined;
  /** First accepted tip that this one descends from, and the lineages that it goes on from. */
  readonly descent: Pick<Own, "lineage" | "follows">;
  /** Override that is used up by this. */
  readonly by: string | undefined;
  /** The declarations in force: what the source's applications need is stored. */
  readonly fleetSet: DeclarationSet;
}

/** `lost`: somebody else moved the tip meanwhile; start again from the fetch. */
export type Accepted =
  | { readonly kind: "lost" }
  | { readonly kind: "accepted"; readonly tip: Tip; readonly faults: Partial<ConditionState> };

interface Fleet {
  readonly set: DeclarationSet;
  readonly previous: DeclarationSet | undefined;
  readonly faults: Partial<ConditionState>;
}

/**
 * Accepts a tip: objects, then its number, then (for the fleet) the declaration set, then the pointer by
 * compare-and-set, then the fact. A crash between two steps repeats without harm; at most a number is left unused.
 */
export const acceptTip = async (
  deps: Deps,
  store: GitStore,
  memory: SourceMemory,
  acceptance: Acceptance,
  signal: AbortSignal,
): Promise<Accepted> => {
  const { source, commit, before, entry } = acceptance;
  const fleet = source.id === FLEET_SOURCE ? await readFleet(deps, store, commit, entry?.value, signal) : undefined;
  const [{ last: seq, floor }, superseded, published] = await Promise.all([
    takeNumber(deps.bus, signal),
    countSuperseded(store, commit, before?.revision, signal),
    lastCommit(deps, source.id, signal),
    knownTree(deps, memory, before, signal).then((storedTree) => {
      const wanted = { source: source.id, set: acceptance.fleetSet, memory };
      return storeObjects(deps, store, { tree: commit.tree, storedTree }, wanted, signal);
    }),
  ]);
  memory.storedTree = commit.tree;
  const set = fleet === undefined ? undefined : stampSeq(fleet.set, fleet.previous, Number(seq), Number(floor));
  const digest = set === undefined ? "" : await storeSet(deps, set, signal);
  const tip = toTip(deps, acceptance, seq, digest);
  const tips = deps.bus.ownState(buckets.tip);
  try {
    await useUp(deps, acceptance, signal);
    await leave(deps, source, entry?.value, tip, signal);
    await (entry === undefined
      ? tips.create({ source: source.id }, tip, signal)
      : tips.update({ source: source.id }, tip, entry.revision, signal));
  } catch (error) {
    if (error instanceof BusConflict) return { kind: "lost" };
    throw error;
  }
  memory.own = { ...acceptance.descent, seq };
  memory.waits = false;
  memory.toAsk ??= [];
  memory.questions.clear();
  await publishCommit(deps, tip, superseded, signal, published);
  memory.publishedSeq = tip.seq;
  if (set !== undefined) await indexDeclarations(deps, set, fleet?.previous, Number(seq), signal);
  return { kind: "accepted", tip, faults: fleet?.faults ?? {} };
};

// One read tells whether what was stored before is still whole: a server killed meanwhile has lost its last writes.
const knownTree = async (
  deps: Deps,
  memory: SourceMemory,
  before: Tip | undefined,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const tree = memory.storedTree ?? before?.tree;
  return tree !== undefined && (await isStored(deps, tree, signal)) ? tree : undefined;
};

const readFleet = async (
  deps: Deps,
  store: GitStore,
  commit: Commit,
  tip: Tip | undefined,
  signal: AbortSignal,
): Promise<Fleet> => {
  const [files, previous] = await Promise.all([
    readFleetFiles(store, commit.oid, deps.config.fleet.path, signal),
    previousSet(deps, store, tip, signal),
  ]);
  const { set, errors } = parseFleetFiles(deps, files, previous);
  return { set, previous, faults: faultsOf(errors) };
};

const MOST_COUNTED = 1000;

const countSuperseded = async (
  store: GitStore,
  commit: Commit,
  before: string | undefined,
  signal: AbortSignal,
): Promise<number> => {
  if (before === undefined || before === commit.oid) return 0;
  const steps = await firstParentsTo(store, before, commit, signal);
  if (steps !== undefined) return steps - 1;
  if (!(await store.has(before, signal))) return 0;
  return Math.max(0, (await store.revListBetween(commit.oid, before, MOST_COUNTED, signal)).length - 1);
};

const toTip = ({ bus, clock }: Deps, acceptance: Acceptance, seq: bigint, declarationsDigest: string): Tip => {
  const { source, gitRef, commit, object, before } = acceptance;
  const { lineage, follows } = acceptance.descent;
  const { oid, tree } = commit;
  const at = { source: source.id, gitRef, lineage, tip: oid, seq, follows: [...follows] };
  const fields = { ...at, tree, declarationsDigest };
  return Tip.fromPartial({
    source: source.id,
    gitRef,
    revision: commit.oid,
    tagObject: object === commit.oid ? "" : object,
    tree: commit.tree,
    seq,
    lineage: LineageStatement.fromPartial({ ...fields, signature: bus.sign(lineageText(fields)) }),
    declarationsDigest,
    url: source.url,
    acceptedAt: clock.now(),
    acceptedBy: acceptance.by ?? "",
    subject: commit.subject,
    author: `${commit.author.name} <${commit.author.email}>`,
    previous: before?.revision ?? "",
  });
};

// Another URL or Git ref is declared now: what was accepted of this one is remembered for its return.
const leave = async (
  { bus }: Deps,
  { id }: Source,
  old: Tip | undefined,
  { url, gitRef }: Tip,
  signal: AbortSignal,
): Promise<void> => {
  if (old === undefined || (old.url === url && old.gitRef === gitRef)) return;
  await bus.ownState(buckets.leftTip).put(leftOf(id, old.url, old.gitRef), old, signal);
};

// Once: the key says at which revision of the tip an Override was used. The same try may be made again, no other one.
const useUp = async ({ bus }: Deps, { by, before, object, entry }: Acceptance, signal: AbortSignal): Promise<void> => {
  if (by === undefined || before === undefined || entry === undefined) return;
  const used = bus.ownState(buckets.usedOverride);
  const key = { override: by, from: objectOf(before), to: object };
  try {
    await used.create(key, { tipRevision: entry.revision }, signal);
  } catch (error) {
    if (!(error instanceof BusConflict)) throw error;
    if ((await used.get(key, signal))?.value?.tipRevision !== entry.revision) throw error;
  }
};
