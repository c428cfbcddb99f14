import type { PlantedBug } from "./plant.ts";

/** A planted bug that the simulator has to find. */
export interface SeenBug extends PlantedBug {
  /** Id of the sentence in docs/invariants.md that it breaks. */
  readonly invariant: string;
  /** Which fault or order of events brings it out, and what hides it otherwise. */
  readonly how: string;
  /** The test that is red with it today; `none`: only the simulator finds it. */
  readonly caughtBy: string;
}

/** One that it cannot see, as the part that has it is not in the simulated world: a test of that part finds it. */
export interface UnseenBug extends PlantedBug {
  readonly invariant: string;
  readonly because: string;
  readonly caughtBy: string;
}
