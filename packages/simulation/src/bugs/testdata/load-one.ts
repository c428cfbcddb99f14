import { plant } from "../plant.ts";
import { plantedBugs } from "../table.ts";

/** The delay of 1.5 ms as it leaves a process that has the bug of the first argument in it, or none. */
const bug = plantedBugs.find(({ name }) => name === process.argv[2]);
if (bug !== undefined) plant(bug);
// @boundaries-ignore what is asked is whether this very file is loaded with the bug in it
const { wholeDelayMs } = await import("../../../../bus/src/wire/whole-delay.ts");
console.log(wholeDelayMs(1.5));
