// `npm run simulate`: many seeds, judged.
import { plantedBugs } from "./bugs/table.ts";
import { findBugs, foundLines } from "./run/find-bugs.ts";
import type { Found } from "./run/find-bugs.ts";
import { help, readOptions, WrongCall } from "./run/options.ts";
import type { Options } from "./run/options.ts";
import { runSeeds } from "./run/run-seeds.ts";
import type { Outcome } from "./run/run-scenario.ts";
import { nothing, sumLines, withOutcome } from "./run/sum-up.ts";
import { storyLine } from "./world/story.ts";

const out = (line: string): void => void process.stdout.write(`${line}\n`);

const read = (): Options => {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === undefined) {
      process.stdout.write(help);
      process.exit(0);
    }
    const names = plantedBugs.map(({ name }) => name);
    if (options.bug !== undefined && ![...names, "all"].includes(options.bug))
      throw new WrongCall(`--bug ${options.bug}: there are all, ${names.join(", ")}`);
    return options;
  } catch (error) {
    if (!(error instanceof WrongCall)) throw error;
    process.stderr.write(`${error.message}\n\n${help}`);
    process.exit(2);
  }
};

const options = read();
const began = performance.now();
const seconds = (): number => (performance.now() - began) / 1000;
let sum = nothing;

if (options.bug === "all") {
  const all: Found[] = [];
  await findBugs(options, (found) => {
    all.push(found);
    process.stderr.write(
      `${all.length} of ${plantedBugs.length}: ${found.bug} ${found.invariants.length > 0 ? "found" : "not found"} in ${found.seeds} seeds\n`,
    );
  });
  for (const line of foundLines(all)) out(line);
  process.exit(all.every(({ invariants }) => invariants.length > 0) ? 0 : 1);
}

const tell = ({ scenario, violations, story }: Outcome): void => {
  const { plan, steps } = scenario;
  out(`seed ${scenario.seed} of profile ${options.profile}: an invariant did not hold`);
  for (const { invariant, what, atMs } of violations.slice(0, 5))
    out(`  ${invariant} at ${(atMs / 1000).toFixed(3)} s: ${what}`);
  out(`  in a world of ${JSON.stringify(plan)}, by ${steps.length} acts:`);
  for (const { atMs, act } of steps) out(`    ${(atMs / 1000).toFixed(3)} s ${JSON.stringify(act)}`);
  for (const line of story.slice(-options.lines)) out(storyLine(line));
};
let shownAt = 0;
await runSeeds(
  options,
  (outcome) => {
    sum = withOutcome(sum, outcome);
    if (options.json) return out(JSON.stringify({ ...outcome, story: outcome.story.slice(-options.lines) }));
    if (outcome.violations.length > 0) tell(outcome);
    if (seconds() - shownAt < 10) return;
    shownAt = seconds();
    process.stderr.write(`${sum.seeds} of ${options.seeds} seeds, ${sum.failed.length} with a violation\n`);
  },
  () => options.seconds !== undefined && seconds() >= options.seconds,
);
if (!options.json) {
  for (const line of sumLines(sum, seconds(), options.said)) out(line);
  if (sum.failed.length > 0) out(`seeds with a violation: ${sum.failed.join(", ")}`);
}
process.exitCode = sum.failed.length > 0 ? 1 : 0;
