// For tests only: the fact of a desired state, as the renderer tells it.
import { randomUUID } from "node:crypto";

import { DesiredStateChanged, FLEET_SOURCE, lineageText } from "@evenkeel/contracts";
import type { LineageStatement, Unit } from "@evenkeel/contracts";

import type { DesireOptions } from "./story-parts.fixture.ts";

interface Desired {
  readonly app: string;
  readonly unit: Unit;
  /** Of the rendered set; empty where there is none. */
  readonly digest: string;
  /** How many there are. */
  readonly objects: number;
  readonly seq: number;
}

/** Says it of the app's source and of the fleet, each signed as the source-watcher does. */
export const desiredFact = (
  { app, digest, objects, seq, unit }: Desired,
  options: DesireOptions & { readonly declarations: string },
  signed: (text: string) => string,
): DesiredStateChanged => {
  const statement = {
    source: "app",
    gitRef: "refs/heads/main",
    lineage: options.lineage ?? "f".repeat(40),
    tip: String(seq).padStart(40, "0"),
    seq: BigInt(seq),
    follows: [...(options.follows ?? [])],
    tree: "d".repeat(40),
    declarationsDigest: "",
  };
  const sign = (words: Omit<LineageStatement, "signature">): LineageStatement => ({
    ...words,
    signature: options.unsigned === true ? "forged" : signed(lineageText(words)),
  });
  const fleet = options.fleet ?? 100n; // above every floor that a removed app leaves
  const ofFleet = { ...statement, source: FLEET_SOURCE, seq: fleet, declarationsDigest: options.declarations };
  return DesiredStateChanged.fromPartial({
    unit,
    version: { fleet, selection: 1n, sources: [{ source: "app", seq: BigInt(seq) }], tools: 1n },
    digest,
    objectCount: objects,
    source: "app",
    revision: statement.tip,
    path: app,
    tree: statement.tree,
    lineage: sign(statement),
    fleetStatement: sign(ofFleet),
    placement: options.placement ?? 1n,
    removed: options.removed ?? false,
    empty: objects === 0,
    declarationsDigest: options.declarations,
    observedAt: new Date(),
    traceId: options.traceId ?? "",
    cause: randomUUID(),
    ...options.says,
  });
};
