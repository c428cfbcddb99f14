import type { Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";

import { budgetOf, INPUTS, keptSeed } from "./budget.ts";
import { feed } from "./feed.ts";
import type { Fed, Law } from "./feed.ts";

/** One thing that takes what others made, and what must hold for whatever they made. */
export interface FuzzTarget<T, Subject> {
  /** As in the name of its file, `NAME.fuzz.test.ts`. */
  readonly name: string;
  readonly inputs: Arbitrary<T>;
  readonly subject: Subject;
  /** What holds between an input and what the subject makes of it; throws where it does not. */
  readonly law: (subject: Subject) => Law<T>;
  /** What must be noted in one of so many inputs at least, so that the laws are known to be tried. */
  readonly sometimes: Readonly<Record<string, number>>;
  /** The subject with a fault each, by a sentence: the law has to find each of them. */
  readonly planted: Readonly<Record<string, Subject>>;
  /** In `npm test`, where 50,000 take too long. */
  readonly count?: number;
}

const budget = budgetOf(process.env);
const LONGEST_MS = 24 * 60 * 60_000;

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

const describeFed = (name: string, half: string, fed: Fed): string => {
  const noted = [...fed.noted].map(([what, times]) => `${what} ${times}`).join(", ");
  const speed = Math.round(fed.inputs / (fed.ms / 1000));
  return `fuzz ${name}: ${fed.inputs} inputs, ${half}, ${speed}/s, slowest ${fed.slowestMs.toFixed(0)} ms; ${noted}`;
};

const weaknesses = (fed: Fed, sometimes: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(sometimes).flatMap(([what, inTimes]) => {
    const times = fed.noted.get(what) ?? 0;
    return times * inTimes < fed.inputs ? [`"${what}" ${times} times in ${fed.inputs}, wanted once in ${inTimes}`] : [];
  });

/** Declares the tests of one target: half of its inputs by seeds that stay, half by new ones, and its planted faults. */
export const fuzz = <T, Subject>(target: FuzzTarget<T, Subject>): void => {
  const { name, inputs, subject, law, sometimes, planted } = target;
  const count = budget.inputs ?? target.count ?? INPUTS;
  const run = (half: string, seed: number): void => {
    let told = performance.now();
    const onBatch = (done: number): void => {
      if (!budget.progress || performance.now() - told < 5_000) return;
      told = performance.now();
      tell(`fuzz ${name}: ${done} of ${Math.ceil(count / 2)} inputs, ${half}`);
    };
    const fed = feed(inputs, law(subject), { count: Math.ceil(count / 2), seed, onBatch });
    tell(describeFed(name, half, fed));
    const again = `EVENKEEL_SEED=${seed} npm run fuzz -- --target ${name} --inputs ${count}`;
    expect(fed.broken === undefined ? "" : `${fed.broken}\n  again: ${again}`).toBe("");
    if (fed.inputs >= 1_000) expect(weaknesses(fed, sometimes)).toEqual([]);
  };

  describe(`fuzz ${name}`, () => {
    it("holds for inputs whose seeds stay", { timeout: LONGEST_MS }, () => run("kept seed", keptSeed(name)));
    it("holds for new inputs", { timeout: LONGEST_MS }, () => run(`seed ${budget.seed}`, budget.seed));
    it.each(Object.entries(planted))("finds a planted fault: %s", (_what, faulty) => {
      const fed = feed(inputs, law(faulty), { count: target.count ?? INPUTS, seed: keptSeed(name), shrink: false });
      expect(fed.broken, `not found in ${fed.inputs} inputs`).toBeDefined();
    });
  });
};
