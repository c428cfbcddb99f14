// A process that runs one seed after another, as it is told: `worker.ts PROFILE SHRINK STATUS [BUG]`: how many runs may go into shrinking, whether status is judged.
import { plantedBugs } from "../bugs/table.ts";
import { plant } from "../bugs/plant.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { shrink } from "../scenario/shrink.ts";
import { scenarios } from "../scenario/scenarios.ts";
import type { ScenarioName } from "../scenario/scenarios.ts";
import type { Outcome } from "./run-scenario.ts";
import { virtualGlobals } from "../process/virtual-globals.ts";

const [, , name = "", shrinkRuns = "0", status = "", bug] = process.argv;
const judged = { judgesStatus: status === "status" };
const planted = plantedBugs.find((each) => each.name === bug);
if (bug !== undefined && planted === undefined) throw new RangeError(`no planted bug ${bug}`);
if (planted !== undefined) plant(planted);
// Only now is the product loaded.
const { beginBus } = await import("../world/world-bus.ts");
const { runScenario } = await import("./run-scenario.ts");

const { of } = scenarios[name as ScenarioName];
const globals = virtualGlobals();
const beginning = await beginBus();
/** The outcome of a scenario, of the least scenario that still shows it where an invariant does not hold. */
const judge = async (scenario: Scenario): Promise<Outcome> => {
  const outcome = await runScenario(scenario, beginning, judged);
  const [first] = outcome.violations;
  if (first === undefined) return { ...outcome, story: [] };
  const shows = async (tried: Scenario): Promise<boolean> =>
    (await runScenario(tried, beginning, judged)).violations.some(({ invariant }) => invariant === first.invariant);
  const least = await shrink(scenario, shows, Number(shrinkRuns));
  return least === scenario ? outcome : runScenario(least, beginning, judged);
};
process.on(
  "message",
  (asked: number | Scenario) =>
    void judge(typeof asked === "number" ? of(asked) : asked).then((outcome) => process.send?.(outcome)),
);
process.on("disconnect", () => {
  globals[Symbol.dispose]();
  process.exit(0);
});
process.send?.("ready");
