import type { Run } from "../run/admit.ts";
import type { StepResult } from "../run/carry-out.ts";
import { recreateObject } from "./recreate-object.ts";
import { writeObject } from "./write-object.ts";
import type { ObjectWrite, Previous, Written } from "./write-object.ts";

/** Makes one object as it is desired: writes it, or makes it again where what is there cannot be changed. */
export const writeStep = async (run: Run, write: ObjectWrite, previous: Previous): Promise<StepResult<Written>> => {
  try {
    const end = await writeObject(run.means, write, previous);
    if (end.kind !== "recreate") return end;
    return await recreateObject(run, end.write, (fresh) => writeStep(run, fresh, previous));
  } catch (error) {
    // Told to stop while it looked: the object was not written, and the run has its own end to tell.
    if (run.signal.aborted) return { kind: "stopped" };
    throw error;
  }
};
