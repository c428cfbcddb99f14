import type { PlantedBug } from "./plant.ts";

/** A planted bug that the simulator has to find. */
export interface SeenBug extends PlantedBug {
  /** Id of the sentence in docs/invariants.md that it breaks. */
  readonly invariant: string;
  /** Which fault or order of events brings it out, and what hides it otherwise. */
  readonly how: string;
}
