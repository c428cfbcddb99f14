import { parallel } from "@evenkeel/async";
import { gitObject, keepSweeping, sweepBodies } from "@evenkeel/artifacts";
import type { Unneeded } from "@evenkeel/artifacts";
import type { DeliveryOf } from "@evenkeel/bus";
import { buckets, FLEET_SOURCE, flows } from "@evenkeel/contracts";
import type { DeclarationSet } from "@evenkeel/declarations";
import { parseTree } from "@evenkeel/git";

import type { Deps } from "../deps.ts";

type SweepDeps = Pick<Deps, "artifacts" | "bus" | "clock" | "telemetry">;

/** What is still pointed to. */
interface Needed {
  readonly trees: Set<string>;
  /** Hex digests. */
  readonly declarations: Set<string>;
}

const take = (needed: Needed, tree: string, declarationsDigest: string): void => {
  if (tree !== "") needed.trees.add(tree);
  if (declarationsDigest !== "") needed.declarations.add(declarationsDigest.replace(/^sha256:/, ""));
};

/** The facts that name a tree, and of which declarations they came. */
const pointing = [flows.commitObserved, flows.commitPlanned, flows.renderRequested, flows.desiredStateChanged];

/**
 * What the tips of declared sources need, and the facts about them: a commit may be planned against the last planned one.
 * A unit is explained by the set that it was planned from, also after its Repository is gone.
 */
const neededBy = async ({ bus }: SweepDeps, set: DeclarationSet, signal: AbortSignal): Promise<Needed> => {
  const needed: Needed = { trees: new Set(), declarations: new Set() };
  const sources = new Set([FLEET_SOURCE, ...set.repositories.map(({ metadata }) => metadata.name)]);
  const tips = bus.state(buckets.tip);
  await parallel([...sources], 16, async (source) => {
    const tip = (await tips.get({ source }, signal))?.value;
    if (tip !== undefined) take(needed, tip.tree, tip.declarationsDigest);
  });
  const onEntry = ({ fact: { source, tree, declarationsDigest } }: DeliveryOf<(typeof pointing)[number]>): void => {
    take(needed, sources.has(source) ? tree : "", declarationsDigest);
  };
  const done = new AbortController();
  const until = AbortSignal.any([signal, done.signal]);
  try {
    await Promise.all(pointing.map((flow) => bus.view([flow], {}, { onEntry }, until)));
  } finally {
    done.abort();
  }
  return needed;
};

/** Every object below these trees, as far as they are stored. */
const objectsBelow = async (
  { artifacts }: SweepDeps,
  roots: Iterable<string>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> => {
  const found = new Set<string>(roots);
  let level = [...found];
  while (level.length > 0) {
    const next: string[] = [];
    await parallel(level, 48, async (tree) => {
      const body = await artifacts.get(gitObject(tree), signal);
      for (const { oid, type } of body === undefined ? [] : parseTree(Buffer.from(body), tree)) {
        if (found.has(oid)) continue;
        found.add(oid);
        if (type === "tree") next.push(oid);
      }
    });
    level = next;
  }
  return found;
};

/** What the sweep before left. */
export interface SweptObjects {
  readonly git: Unneeded;
  readonly declarations: Unneeded;
}

export const nothingSwept: SweptObjects = { git: new Map(), declarations: new Map() };

/**
 * Collects Git objects and declaration sets that nothing points to, at the second sweep that finds them so: those of
 * Repositories that are no longer declared, and of revisions that were replaced and planned.
 */
export const sweepObjects = async (
  deps: SweepDeps,
  set: DeclarationSet,
  before: SweptObjects,
  signal: AbortSignal,
): Promise<SweptObjects> => {
  const { bus } = deps;
  const needed = await neededBy(deps, set, signal);
  const objects = await objectsBelow(deps, needed.trees, signal);
  const gitObjects = bus.ownState(buckets.gitObject);
  const git = await sweepBodies(gitObjects, {}, ({ oid }) => objects.has(oid), before.git, signal);
  const isNeeded = ({ hex }: { readonly hex: string }): boolean => needed.declarations.has(hex);
  const sets = await sweepBodies(bus.ownState(buckets.declarationSet), {}, isNeeded, before.declarations, signal);
  if (git.removed + sets.removed > 0)
    deps.telemetry.log.info("stored content collected", { objects: git.removed, declarations: sets.removed });
  return { git: git.unneeded, declarations: sets.unneeded };
};

/** Collects while one lease is held. */
export const keepSwept = async (deps: SweepDeps, set: () => DeclarationSet, signal: AbortSignal): Promise<void> => {
  let before = nothingSwept;
  const sweep = async (): Promise<void> => {
    before = await sweepObjects(deps, set(), before, signal);
  };
  await keepSweeping({ ...deps, log: deps.telemetry.log }, "stored content", sweep, signal);
};
