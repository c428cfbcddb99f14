// A process that runs one seed after another, as it is told: `worker.ts PROFILE [BUG]`.
import { plantedBugs } from "../bugs/table.ts";
import { plant } from "../bugs/plant.ts";
import { makeScenario } from "../scenario/make-scenario.ts";
import { profiles } from "../scenario/profiles.ts";
import type { ProfileName } from "../scenario/profiles.ts";
import { virtualGlobals } from "../process/virtual-globals.ts";

const [, , name = "", bug] = process.argv;
const planted = plantedBugs.find((each) => each.name === bug);
if (bug !== undefined && planted === undefined) throw new RangeError(`no planted bug ${bug}`);
if (planted !== undefined) plant(planted);
// Only now is the product loaded.
const { beginBus } = await import("../world/world-bus.ts");
const { runScenario } = await import("./run-scenario.ts");

const profile = profiles[name as ProfileName];
const globals = virtualGlobals();
const beginning = await beginBus();
process.on("message", (seed: number) => {
  void runScenario(makeScenario(seed, profile), beginning).then((outcome) =>
    process.send?.(outcome.violations.length === 0 ? { ...outcome, story: [] } : outcome),
  );
});
process.on("disconnect", () => {
  globals[Symbol.dispose]();
  process.exit(0);
});
process.send?.("ready");
