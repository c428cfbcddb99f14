// The world around the decision core, as small as it can be: two appliers, one application, three commits and one rewrite, one
// crash, one message that comes twice. Everything that decides is the product's own code, handed in as `Core`.
import type { FenceQuestion, Floor, Lineage, PruneEvidence } from "@evenkeel/apply";
import { decideFence, decideLineage, decidePrune } from "@evenkeel/apply";
import { compareVersions } from "@evenkeel/contracts";
import type { UnitVersion } from "@evenkeel/contracts";

// @boundaries-ignore the decision core of a service has no door of its own, and is what is searched
import { decideTip } from "../../../../services/source-watcher/src/core/decide-tip.ts";
import type { LedgerRow } from "./ledger.fixture.ts";
import { readLedger } from "./ledger.fixture.ts";

export type Commit = "c1" | "c2" | "c3" | "r";
/** c2 and c3 go on from c1; r is another history. The object b leaves with c2 and is back with c3. */
export const HAS_B: Readonly<Record<Commit, boolean>> = { c1: true, c2: false, c3: true, r: false };
const LINE: readonly Commit[] = ["c1", "c2", "c3"];
export const descends = (one: Commit, other: Commit): boolean =>
  one !== "r" && other !== "r" && LINE.indexOf(one) > LINE.indexOf(other);

/** What the renderer tells of a commit. */
export interface Desired {
  readonly commit: Commit;
  readonly seq: number;
  readonly lineage: Commit;
}
type Phase = "idle" | "fenced" | "intended" | "written" | "closed";
export interface Applier {
  /** How far it has taken the partition over: the lease, what was left open, the anchor. */
  readonly standing: "out" | "leased" | "closing" | "in";
  readonly phase: Phase;
  /** Term in which it believes to be the owner; 0: it never was. */
  readonly epoch: number;
  readonly got: Desired | null;
  /** The last entry of the ledger that it goes on from. */
  readonly ledgerHead: number;
}
export interface Anchor {
  readonly epoch: number;
  readonly given: Desired | null;
}
export interface World {
  readonly tip: Commit;
  readonly counter: number;
  /** What the source-watcher has accepted, in its bucket on the bus. */
  readonly accepted: Desired | null;
  readonly held: boolean;
  readonly published: Desired | null;
  readonly lease: number;
  readonly owner: 0 | 1 | -1;
  readonly anchor: Anchor;
  readonly ledger: readonly LedgerRow[];
  readonly appliers: readonly [Applier, Applier];
  /** On the cluster: what object a was last written from, and whether b is there. */
  readonly a: Desired | null;
  readonly b: boolean;
  readonly appliedInFull: number;
  readonly crashes: number;
  readonly duplicates: number;
  readonly old: Desired | null;
  /** The highest of all that was ever written, and in which term: for the judge alone. */
  readonly highest: { readonly seq: number; readonly epoch: number };
  readonly fault: string;
}

const idle: Applier = { standing: "out", phase: "idle", epoch: 0, got: null, ledgerHead: 0 };
export const START: World = {
  tip: "c1",
  counter: 0,
  accepted: null,
  held: false,
  published: null,
  lease: 0,
  owner: -1,
  anchor: { epoch: 0, given: null },
  ledger: [],
  appliers: [idle, idle],
  a: null,
  b: false,
  appliedInFull: 0,
  crashes: 0,
  duplicates: 0,
  old: null,
  highest: { seq: 0, epoch: 0 },
  fault: "",
};

/** What decides, and how the world is written to: each may be planted with a fault. */
export interface Core {
  readonly fence: typeof decideFence;
  readonly lineage: typeof decideLineage;
  readonly tip: typeof decideTip;
  readonly prune: typeof decidePrune;
  readonly compare: typeof compareVersions;
  /** Whether the anchor and the ledger are written only over what was read. */
  readonly compareAndSet: boolean;
  /** The next number, from the counter and from what the clusters know. */
  readonly nextSeq: (counter: number, anchored: number) => number;
  /** Whether an object that left is deleted only behind the write of what is there. */
  readonly pruneLast: boolean;
  readonly intentFirst: boolean;
  readonly checkEpoch: boolean;
}
export const CORE: Core = {
  fence: decideFence,
  lineage: decideLineage,
  tip: decideTip,
  prune: decidePrune,
  compare: compareVersions,
  compareAndSet: true,
  nextSeq: (counter, anchored) => Math.max(counter, anchored) + 1,
  pruneLast: true,
  intentFirst: true,
  checkEpoch: true,
};

const versionOf = (seq: number): UnitVersion => ({
  fleet: 1n,
  selection: 1n,
  tools: 1n,
  sources: [{ source: "web", seq: BigInt(seq) }],
});
const floorOf = ({ seq, commit }: Desired): Floor<UnitVersion> => ({ version: versionOf(seq), digest: commit });
const statement = ({ lineage, commit, seq }: Desired): Lineage => ({
  source: "web",
  gitRef: "refs/heads/main",
  lineage,
  tip: commit,
  seq: BigInt(seq),
  follows: [],
});

export interface Step {
  readonly says: string;
  readonly next: World;
}
type Make = (says: string, change: Partial<World>) => void;
const told = (one: Desired | null): string => (one === null ? "-" : `${one.commit}${one.seq}${one.lineage}`);
/** One text a state, short: there are many. */
export const keyOf = (world: World): string => {
  const {
    tip,
    counter,
    accepted,
    held,
    published,
    lease,
    owner,
    anchor,
    ledger,
    appliers,
    a,
    b,
    appliedInFull,
    crashes,
    duplicates,
    old,
    highest,
  } = world;
  const who = appliers.map((one) => `${one.standing}${one.phase}${one.epoch}${told(one.got)}${one.ledgerHead}`).join();
  const rows = ledger
    .map((row) => `${row.kind}${row.epoch}.${row.seq}${row.commit}${row.n}<${row.over}.${row.run}`)
    .join();
  return `${tip}${counter}${told(accepted)}${Number(held)}${told(published)}${lease}${owner}${anchor.epoch}${told(anchor.given)}|${rows}|${who}|${told(a)}${Number(b)}${appliedInFull}${crashes}${duplicates}${told(old)}${highest.seq}.${highest.epoch}${world.fault}`;
};
const target = (commit: Commit) => ({ object: commit, revision: commit });
const yesNo = (is: boolean) => (is ? "yes" : "no");

const watch = (core: Core, world: World, make: Make): void => {
  const { tip, accepted, held, anchor } = world;
  // After a loss of the bus what the clusters were given is asked first (history.lost-memory); a silent cluster leaves it to the lineage.
  const question = {
    kind: "branch",
    isFleet: false,
    accepted: accepted === null ? undefined : target(accepted.commit),
    candidate: target(tip),
    descends: yesNo(accepted !== null && descends(tip, accepted.commit)),
    precedes: yesNo(accepted !== null && descends(accepted.commit, tip)),
    hold: held ? "diverged" : undefined,
    behind: undefined,
    nowMs: 0,
    lift: undefined,
  } as const;
  const decision = core.tip(question);
  if (decision.kind === "hold" && !held)
    make(`the source-watcher holds: ${tip} does not descend from what was accepted`, { held: true });
  if (decision.kind !== "accept") return;
  // The answer of the cluster may come before the number is taken, or after it.
  for (const known of new Set([0, anchor.given?.seq ?? 0])) {
    const seq = core.nextSeq(world.counter, known);
    const isTwice = seq <= Math.max(world.counter, known);
    const desired = { commit: tip, seq, lineage: decision.lineage === "new" ? tip : (accepted?.lineage ?? tip) };
    make(`the source-watcher accepts ${tip} as number ${seq}${known === 0 ? "" : ", above what the cluster knows"}`, {
      counter: seq,
      accepted: desired,
      published: desired,
      old: world.published ?? world.old,
      fault: isTwice ? "version.above-anchors: a number that was given before" : "",
    });
  }
};

const with_ = (world: World, at: 0 | 1, change: Partial<Applier>): World["appliers"] =>
  world.appliers.with(at, { ...world.appliers[at], ...change }) as unknown as World["appliers"];

const judgeWrite = (world: World, { epoch, got, ledgerHead }: Applier, what: "write" | "prune"): Partial<World> => {
  const seq = got?.seq ?? 0;
  const { highest, ledger, a, anchor } = world;
  // One that a successor has closed as interrupted counts: it says that nobody knows what of it was written.
  const intent = ledger.find(
    (row) => row.kind === "intent" && row.epoch === epoch && row.seq === seq && row.n === ledgerHead,
  );
  const newest = [a, anchor.given].reduce((one, other) => ((other?.seq ?? 0) > (one?.seq ?? 0) ? other : one), null);
  const faults = [
    seq < highest.seq ? "version.monotone: an older version over a newer one" : "",
    epoch < highest.epoch ? "write.one-writer: a write of a lower term" : "",
    intent === undefined ? "write.audit: a write without an intent in the ledger" : "",
    got !== null && newest !== null && got.commit !== newest.commit && !descends(got.commit, newest.commit)
      ? "history.no-rewrite: another history over what the cluster was given"
      : "",
    what === "prune" && (a?.seq !== seq || a.commit !== got?.commit)
      ? "prune.applied: a prune before its version is applied"
      : "",
    what === "prune" && newest !== null && HAS_B[newest.commit]
      ? "prune.not-desired: a prune of what the newest version has"
      : "",
  ];
  return {
    highest: { seq: Math.max(seq, highest.seq), epoch: Math.max(epoch, highest.epoch) },
    fault: faults.find((fault) => fault !== "") ?? "",
  };
};

const evidence = (world: World, got: Desired, applied: boolean): PruneEvidence => ({
  ref: { group: "", kind: "ConfigMap", namespace: "shop", name: "b" },
  inventoryUid: "u",
  live: {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "b",
      namespace: "shop",
      uid: "u",
      labels: { "evenkeel.dev/app": "app" },
      annotations: { "evenkeel.dev/installation": "here" },
      managedFields: [{ manager: "evenkeel", operation: "Apply" }],
    },
  },
  owner: { appUid: "app", installation: "here" },
  desired: new Set(HAS_B[got.commit] ? ["ConfigMap/shop/a", "ConfigMap/shop/b"] : ["ConfigMap/shop/a"]),
  render: { verified: true, empty: false },
  allowEmpty: false,
  applied,
  discovered: true,
  claimedBy: undefined,
  wantedBy: undefined,
  namedBy: undefined,
  enabled: true,
  deletions: 1,
  budget: 1,
  approved: false,
  absentForMs: 60_000,
  graceMs: 60_000,
});

const fenceQuestion = (core: Core, world: World, { epoch }: Applier, got: Desired): FenceQuestion<UnitVersion> => {
  const { anchor, ledger } = world;
  const { floor } = readLedger(ledger);
  return {
    desired: { ...floorOf(got), placement: 1n },
    epoch: BigInt(epoch),
    anchor: { epoch: BigInt(anchor.epoch), placement: 1n, removedAt: 0n },
    anchored: anchor.given === null ? undefined : floorOf(anchor.given),
    known: floor === undefined ? [] : [floorOf(floor)],
    compare: core.compare,
    fleetOf: ({ fleet }) => fleet,
  };
};

const apply = (core: Core, world: World, at: 0 | 1, make: Make): void => {
  const me = world.appliers[at];
  const name = `applier ${at === 0 ? "A" : "B"}`;
  const { got, epoch } = me;
  const head = world.ledger.at(-1)?.n ?? 0;
  const mine = (change: Partial<Applier>): Pick<World, "appliers"> => ({ appliers: with_(world, at, change) });
  const done = { phase: "idle", got: null } as const;
  const leave = (why: string): void => make(`${name} ${why}`, mine(idle));
  // The anchor is looked at before each call; a lower term has lost the partition.
  const mayCall = !core.checkEpoch || world.anchor.epoch <= epoch;
  const isMoved = core.compareAndSet && head !== me.ledgerHead;
  const row = (kind: LedgerRow["kind"]): LedgerRow => ({
    kind,
    epoch,
    seq: got?.seq ?? 0,
    commit: got?.commit ?? "c1",
    n: me.ledgerHead + 1,
    over: me.ledgerHead,
    run: me.ledgerHead + (kind === "intent" ? 1 : 0),
  });
  const prune = (): void =>
    make(`${name} deletes b for number ${got?.seq}`, { b: false, ...judgeWrite(world, me, "prune") });
  const mayPrune = (applied: boolean): boolean =>
    got !== null && world.b && core.prune(evidence(world, got, applied)).kind === "proven";
  if (got === null) return listen(core, world, at, make);
  switch (me.phase) {
    case "fenced":
      if (!core.intentFirst) return make(`${name} writes nothing into the ledger`, mine({ phase: "intended" }));
      if (isMoved) return leave("finds that another has written into the ledger");
      return make(`${name} appends the intent of number ${got.seq}`, {
        ledger: [...world.ledger, row("intent")],
        ...mine({ phase: "intended", ledgerHead: me.ledgerHead + 1 }),
      });
    case "intended":
      if (!mayCall) return leave("finds a later term in the anchor");
      if (!core.pruneLast && mayPrune(true)) return prune();
      return make(`${name} writes number ${got.seq}`, {
        a: got,
        b: world.b || HAS_B[got.commit],
        ...judgeWrite(world, me, "write"),
        ...mine({ phase: "written" }),
      });
    case "written":
      if (!mayCall) return leave("finds a later term in the anchor");
      if (mayPrune(world.a?.seq === got.seq)) return prune();
      if (isMoved) return leave("finds that another has written into the ledger");
      return make(`${name} appends the outcome of number ${got.seq}`, {
        ledger: core.intentFirst ? [...world.ledger, row("outcome")] : world.ledger,
        appliedInFull: got.seq,
        ...mine({ phase: "closed", ledgerHead: me.ledgerHead + 1 }),
      });
    case "closed":
      if (core.compareAndSet && world.anchor.epoch > epoch) return leave("finds a later term in the anchor");
      return make(`${name} anchors number ${got.seq}`, { anchor: { epoch, given: got }, ...mine(done) });
    case "idle":
      return;
  }
};

/** What one that is in is given, and whether it may be written: the newest that is told, and once one that was told before. */
const listen = (core: Core, world: World, at: 0 | 1, make: Make): void => {
  const { published, old, duplicates, appliedInFull } = world;
  if (world.appliers[at].standing !== "in") return;
  if (published !== null && published.seq !== appliedInFull)
    hear(core, world, at, { got: published, change: {} }, make);
  if (old !== null && duplicates === 0) hear(core, world, at, { got: old, change: { duplicates: 1 } }, make);
};

const hear = (
  core: Core,
  world: World,
  at: 0 | 1,
  told_: { readonly got: Desired; readonly change: Partial<World> },
  make: Make,
): void => {
  const { got, change } = told_;
  const me = world.appliers[at];
  const name = `applier ${at === 0 ? "A" : "B"}, given number ${got.seq}${change.duplicates === 1 ? " once more" : ""},`;
  const { given } = world.anchor;
  if (core.lineage(statement(got), given === null ? undefined : statement(given)) === "prove")
    // The anchored tip is told: the source-watcher proves descent from it, or holds.
    return make(`${name} asks for a proof that ${got.commit} goes on from ${given?.commit ?? ""}`, {
      ...change,
      accepted: given,
      counter: Math.max(world.counter, given?.seq ?? 0),
    });
  const { kind } = core.fence(fenceQuestion(core, world, me, got));
  if (kind === "apply" || kind === "verify")
    return make(`${name} passes it by the fence`, { ...change, appliers: with_(world, at, { phase: "fenced", got }) });
  if (kind === "drop-lease")
    return make(`${name} gives up term ${me.epoch}`, { ...change, appliers: with_(world, at, idle) });
  if (kind !== "seq-behind") return make(`${name} does not write it: ${kind}`, change);
  return make(`${name} tells that it is behind the cluster`, {
    ...change,
    counter: Math.max(world.counter, given?.seq ?? 0),
    accepted: world.accepted?.seq === got.seq ? null : world.accepted,
  });
};

/** Takes the partition over, as the product does: the lease, then what was left open in the ledger, then the anchor. */
const takeOver = (core: Core, world: World, at: 0 | 1, make: Make): void => {
  const me = world.appliers[at];
  const name = `applier ${at === 0 ? "A" : "B"}`;
  if (me.standing === "out" && world.lease < MOST_TERMS && world.owner !== at)
    make(`${name} takes term ${world.lease + 1}`, {
      lease: world.lease + 1,
      owner: at,
      appliers: with_(world, at, { standing: "leased", epoch: world.lease + 1 }),
    });
  if (me.standing === "leased") {
    const head = world.ledger.at(-1)?.n ?? 0;
    const closed = readLedger(world.ledger).open.map((run, index): LedgerRow => ({
      ...run,
      kind: "outcome",
      n: head + index + 1,
      over: head + index,
    }));
    make(`${name} closes what was left open`, {
      ledger: [...world.ledger, ...closed],
      appliers: with_(world, at, { standing: "closing", ledgerHead: head + closed.length }),
    });
  }
  if (me.standing !== "closing") return;
  if (core.compareAndSet && world.anchor.epoch > me.epoch)
    make(`${name} finds a later term in the anchor`, { appliers: with_(world, at, idle) });
  else
    make(`${name} puts term ${me.epoch} into the anchor`, {
      anchor: { ...world.anchor, epoch: me.epoch },
      appliers: with_(world, at, { standing: "in" }),
    });
};

/** Terms that are looked at: each is one hand-over of the partition. */
const MOST_TERMS = 2;

/** Everything that may happen next. */
export const stepsFrom = (core: Core, world: World): readonly Step[] => {
  const steps: Step[] = [];
  const make: Make = (says, change) => void steps.push({ says, next: { ...world, ...change } });
  const at = LINE.indexOf(world.tip);
  if (at >= 0 && at < 2) make(`${LINE[at + 1]} is pushed`, { tip: LINE[at + 1] ?? "c1" });
  if (world.tip === "c2" || world.tip === "c3") make("the branch is rewritten to r", { tip: "r" });
  watch(core, world, make);
  for (const one of [0, 1] as const) {
    takeOver(core, world, one, make);
    apply(core, world, one, make);
    if (world.crashes === 0 && world.appliers[one].standing !== "out")
      make(`applier ${one === 0 ? "A" : "B"} crashes`, {
        crashes: 1,
        owner: world.owner === one ? -1 : world.owner,
        appliers: with_(world, one, idle),
      });
  }
  // What is applied is in the anchor within seconds; a loss of the bus within them is another fault more. A message that
  // somebody still holds in memory then is outside of this search, too.
  const isAnchored = world.a?.seq === world.anchor.given?.seq && world.appliers.every(({ phase }) => phase === "idle");
  if (world.crashes === 0 && world.counter > 0 && isAnchored)
    make("the bus loses all that it has", {
      crashes: 1,
      counter: 0,
      accepted: null,
      held: false,
      published: null,
      old: null,
      ledger: [],
      appliers: world.appliers.map((one) => ({
        ...one,
        phase: "idle",
        got: null,
        ledgerHead: 0,
      })) as unknown as World["appliers"],
    });
  return steps;
};
