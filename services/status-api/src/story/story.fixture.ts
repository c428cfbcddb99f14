// For tests only: facts as the other services publish them, about units of the fleet `shop`.
import {
  ApplyFinished,
  ApplyResult,
  CommitObserved,
  CommitPlanned,
  DesiredStateChanged,
  DriftDetected,
  DriftPolicy,
  DriftResolved,
  EntryKind,
  Health,
  HealthChanged,
  Inventory,
  LedgerEntry,
  RenderFailed,
  RenderRequested,
  RenderWaiting,
  SourceCondition,
  Sync,
  Verdict,
  WriteVerb,
} from "@evenkeel/contracts";
import type { Unit, UnitVersion } from "@evenkeel/contracts";

export const sha = (letter: string): string => letter.repeat(40);
export const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
export const at = (second: number): Date => new Date(Date.UTC(2026, 10, 22, 12, 0, second));

export const unit = (app = "web", cluster = "prod-eu"): Unit => ({ cluster, app, appUid: "f".repeat(32) });
export const version = (seq: number, selection = 1): UnitVersion => ({
  fleet: 1n,
  selection: BigInt(selection),
  sources: [{ source: "shop", seq: BigInt(seq) }],
  tools: 2n,
});
export const deployment = { group: "apps", kind: "Deployment", namespace: "shop", name: "web" };

/** A source `shop` at a commit; the unit `web@prod-eu` at version seq, content letter. */
export const observed = (seq: number, letter: string): CommitObserved =>
  CommitObserved.fromPartial({
    source: "shop",
    seq: BigInt(seq),
    revision: sha(letter),
    gitRef: "refs/heads/main",
    url: "https://git.example/shop",
    subject: `commit ${letter}`,
    author: "Ana",
    observedAt: at(seq),
  });

export const planned = (seq: number, letter: string, pending: CommitPlanned["pending"] = []): CommitPlanned =>
  CommitPlanned.fromPartial({
    source: "shop",
    seq: BigInt(seq),
    revision: sha(letter),
    pending,
    pendingCount: pending.length,
    cause: `${letter}${pending.length}`,
  });

export const desired = (seq: number, letter: string, over: Partial<DesiredStateChanged> = {}): DesiredStateChanged =>
  DesiredStateChanged.fromPartial({
    unit: unit(),
    version: version(seq),
    digest: digestOf(letter),
    objectCount: 2,
    source: "shop",
    revision: sha(letter),
    path: "apps/web",
    lineage: { source: "shop", gitRef: "refs/heads/main" },
    observedAt: at(seq),
    renderedAt: new Date(at(seq).getTime() + 200),
    traceId: letter.repeat(32),
    subject: `commit ${letter}`,
    author: "Ana",
    cause: `${seq}${letter}`,
    ...over,
  });

export const renderRequested = (seq: number, letter: string, over: Partial<RenderRequested> = {}): RenderRequested =>
  RenderRequested.fromPartial({
    unit: unit(),
    version: version(seq),
    source: "shop",
    revision: sha(letter),
    observedAt: at(seq),
    requestedAt: at(seq + 1),
    cause: `${seq}${letter}`,
    ...over,
  });

export const renderWaiting = (seq: number, letter: string, message: string): RenderWaiting =>
  RenderWaiting.fromPartial({
    unit: unit(),
    version: version(seq),
    source: "shop",
    revision: sha(letter),
    reason: { code: "Pending", message, remedy: "Wait." },
    at: at(seq + 6),
    cause: `${seq}${letter}${message}`,
  });

export const renderFailed = (seq: number, letter: string): RenderFailed =>
  RenderFailed.fromPartial({
    unit: unit(),
    version: version(seq),
    source: "shop",
    revision: sha(letter),
    reason: { code: "YamlRefused", message: "apps/web/web.yaml:3:1: bad", remedy: "Mend the file." },
    at: at(seq + 1),
    cause: `${seq}${letter}`,
  });

export const run = (seq: number, letter: string, over: Partial<ApplyFinished> = {}): ApplyFinished =>
  ApplyFinished.fromPartial({
    unit: unit(),
    version: version(seq),
    digest: digestOf(letter),
    result: ApplyResult.APPLIED,
    revision: sha(letter),
    startedAt: new Date(at(seq).getTime() + 300),
    endedAt: new Date(at(seq).getTime() + 700),
    traceId: letter.repeat(32),
    cause: `${seq}${letter}${over.result ?? ""}`,
    ...over,
  });

export const health = (seq: number, letter: string, over: Partial<HealthChanged> = {}): HealthChanged =>
  HealthChanged.fromPartial({
    unit: unit(),
    version: version(seq),
    digest: digestOf(letter),
    sync: Sync.SYNCED,
    health: Health.HEALTHY,
    verifiedAt: at(seq + 1),
    at: at(seq + 2),
    objectCount: 2,
    revision: sha(letter),
    cause: `${seq}${letter}${over.sync ?? ""}${over.health ?? ""}`,
    ...over,
  });

export const drift = (seq: number, letter: string, cause: string, over: Partial<DriftDetected> = {}): DriftDetected =>
  DriftDetected.fromPartial({
    unit: unit(),
    version: version(seq),
    digest: digestOf(letter),
    findings: [
      {
        ref: deployment,
        verdict: Verdict.DRIFT,
        fields: [{ path: "spec.replicas", desired: "3", live: "5" }],
        managers: [{ name: "kubectl-edit", operation: "Update", time: at(30) }],
        onset: at(31),
      },
    ],
    findingCount: 1,
    policy: DriftPolicy.REPORT,
    at: at(31),
    traceId: "d".repeat(32),
    cause,
    ...over,
  });

export const resolved = (cause: string): DriftResolved =>
  DriftResolved.fromPartial({ unit: unit(), findings: [{ ref: deployment }], endedAt: at(40), stillOpen: 0, cause });

export const held = (): SourceCondition =>
  SourceCondition.fromPartial({
    source: "shop",
    hold: {
      reason: { code: "HistoryRewritten", message: "main does not descend from its accepted tip", remedy: "Override." },
      accepted: sha("a"),
      candidate: sha("e"),
      gitRef: "refs/heads/main",
      since: at(50),
    },
    cause: "held",
  });

export const inventory = (seq: number, letter: string): Inventory =>
  Inventory.fromPartial({
    unit: unit(),
    version: version(seq),
    digest: digestOf(letter),
    complete: true,
    revision: sha(letter),
    items: [{ ref: deployment, apiVersion: "apps/v1", uid: "u1", record: { desired: digestOf("9") } }],
  });

/** Entries n and n + 1 of chain p: an intent and its outcome. */
export const ledger = (partition: number, n: number, seq: number, letter: string): readonly LedgerEntry[] => {
  const writes = {
    unit: unit(),
    version: version(seq),
    desiredDigest: digestOf(letter),
    revision: sha(letter),
    writes: [{ ref: deployment, verb: WriteVerb.UPDATE }],
    writeCount: 1,
    run: `r${n}`,
    traceId: letter.repeat(32),
  };
  const entry = (kind: EntryKind, number: number, units: object[]): LedgerEntry =>
    LedgerEntry.fromPartial({ partition, n: BigInt(number), kind, at: at(seq), units });
  return [
    entry(EntryKind.INTENT, n, [writes]),
    entry(EntryKind.OUTCOME, n + 1, [
      { ...writes, result: "applied", writes: [{ ...writes.writes[0], result: "done" }] },
    ]),
  ];
};
