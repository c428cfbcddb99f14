import { randomInt } from "node:crypto";

import { chanceOf } from "@evenkeel/fuzz";
import type { Chance } from "@evenkeel/fuzz";
import { newObjects } from "@evenkeel/git";
import type { GitStore } from "@evenkeel/git";
import { expect, test } from "vitest";

import { everyFile, NONE, reasonOf, signal } from "./contract.fixture.ts";
import type { PlayedRepository } from "./played-world.fixture.ts";
import { randomStep, REFS } from "./random-step.fixture.ts";
import type { Pair } from "./random-step.fixture.ts";
import { realWorld } from "./real-world.fixture.ts";
import { simulatedWorld } from "./simulated-world.fixture.ts";

/** Half of them stay, half are new in each run; a first seed that is given plays so many from there. */
const SEEDS = Number(process.env["EVENKEEL_GIT_SEEDS"] ?? 4);
const given = process.env["EVENKEEL_GIT_FIRST_SEED"];
const FIRST = given === undefined ? randomInt(1, 2 ** 31) : Number(given);
const STEPS = 25;

interface Watcher {
  readonly store: GitStore;
  readonly repository: PlayedRepository;
}

/** A question to a store, made the same for both; its answer is compared whole. */
type Question = (watcher: Watcher) => Promise<unknown>;

/** Another life of both stores: what is asked next is asked of a store that may know nothing. */
const careOf: Readonly<Record<string, Question>> = {
  renew: ({ store }) => store.renew(signal),
  tidy: ({ store }) => store.tidy(signal, 2),
};

const questionsOf = ({ made }: Pair, chance: Chance): Readonly<Record<string, Question>> => {
  const known = [...made, NONE];
  const late = (): string => chance.pick(made.length === 0 || chance.once(3) ? known : made.slice(-5));
  const [one, other, third] = [late(), late(), late()];
  const ref = chance.pick([...REFS, ...REFS, chance.pick(known)]);
  const n = 1 + chance.below(2);
  return {
    "fetchCandidate of main": ({ store, repository }) =>
      store.fetchCandidate(repository.remote, "refs/heads/main", n, signal),
    lsRemote: async ({ store, repository }) => [...(await store.lsRemote(repository.remote, REFS, signal))],
    fetchCandidate: ({ store, repository }) => store.fetchCandidate(repository.remote, ref, n, signal),
    "isAncestor of two": ({ store }) => store.isAncestor(one, other, signal),
    "isAncestor the other way": ({ store }) => store.isAncestor(other, one, signal),
    has: ({ store }) => Promise.all([one, other, third].map((oid) => store.has(oid, signal))),
    readObject: ({ store }) => store.readObject(third, signal),
    readCommit: ({ store }) => store.readCommit(third, signal),
    "every tree and blob": ({ store }) => everyFile(store, third),
    revListBetween: ({ store }) => store.revListBetween(one, other, 20, signal),
    newObjects: async ({ store }) => {
      const [before, after] = await Promise.all([one, other].map((oid) => store.readCommit(oid, signal)));
      return [...(await newObjects(store, before?.tree, after?.tree ?? "", signal))].toSorted();
    },
    // Of a commit that is here: nobody accepts another.
    keepAccepted: async ({ store }) => (await store.has(third, signal)) && (await store.keepAccepted(1, third)),
  };
};

const play = async (seed: number, count: (what: string) => void): Promise<void> => {
  const chance = chanceOf(seed);
  await using real = await realWorld();
  await using simulated = await simulatedWorld();
  const repositories = await Promise.all([real.create("shop"), simulated.create("shop")] as const);
  const pair: Pair = { hosted: repositories[1].hosted, both: repositories, made: [] };
  const [first, second] = await Promise.all([real.open(), simulated.open()]);
  const both: readonly [Watcher, Watcher] = [
    { store: first, repository: repositories[0] },
    { store: second, repository: repositories[1] },
  ];
  const story: string[] = [];
  const compare = async (what: string, question: Question): Promise<void> => {
    const [theirs, ours] = [await reasonOf(() => question(both[0])), await reasonOf(() => question(both[1]))];
    const answered = typeof theirs === "string" ? theirs : "answered";
    story.push(`${what}: ${answered}`);
    count(`${what}: ${answered}`);
    expect(ours, `seed ${seed}: ${story.slice(-12).join("; ")}`).toEqual(theirs);
  };
  let lagging: readonly AsyncDisposable[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    if (lagging.length > 0 && chance.below(3) === 0) {
      for (const each of lagging) await each[Symbol.asyncDispose]();
      lagging = [];
    } else if (lagging.length === 0 && chance.below(6) === 0) {
      lagging = await Promise.all(repositories.map((each) => each.lag()));
      count("a lagging view began");
    }
    const { name, made } = await randomStep(pair, chance);
    story.push(`${name} ${made.map(String).join(" ")}`);
    count(`push: ${name}`);
    expect(made[1], `seed ${seed}: ${story.slice(-5).join("; ")}`).toEqual(made[0]);
    if (chance.below(12) === 0) {
      const care = chance.pick(Object.keys(careOf));
      await compare(care, careOf[care] ?? (() => Promise.resolve()));
    }
    for (const [what, question] of Object.entries(questionsOf(pair, chance))) await compare(what, question);
  }
};

test("git in memory answers as real git does, in seeded histories", { timeout: 900_000 }, async () => {
  const counts = new Map<string, number>();
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const seeds = Array.from({ length: SEEDS }, (_each, n) => (given === undefined && n < SEEDS / 2 ? n + 1 : FIRST + n));
  for (const seed of seeds) await play(seed, count);
  const lines = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([what, times]) => `  ${times} ${what}`);
  console.info(`seeds ${seeds.join(", ")}, ${STEPS} pushes each; compared:\n${lines.join("\n")}`);
  for (const what of [
    "fetchCandidate: answered",
    "fetchCandidate: RefGone",
    "isAncestor of two: answered",
    "revListBetween: answered",
    "newObjects: answered",
    "push: force push",
    "a lagging view began",
  ])
    expect(counts.get(what) ?? 0, what).toBeGreaterThan(0);
});
