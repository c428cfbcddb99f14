import { isWaiting } from "../core/object/object-state.ts";
import type { Send } from "./run-effects.ts";
import { isRunOpen } from "./tracked.ts";
import type { TrackedUnit } from "./tracked.ts";
import type { UnitTable } from "./unit-table.ts";

/** What the inputs of one cluster work with. */
export interface ClusterInputs {
  readonly cluster: string;
  readonly table: UnitTable;
  readonly send: Send;
  /** Something told about the unit may have changed. */
  readonly touch: (unit: TrackedUnit) => void;
}

/** A run over the unit may have ended: what waits for that is judged. */
export const release = ({ send, touch }: ClusterInputs, unit: TrackedUnit): void => {
  if (isRunOpen(unit)) return;
  for (const tracked of unit.objects.values()) if (isWaiting(tracked.state)) send(tracked, { kind: "look" });
  touch(unit);
};
