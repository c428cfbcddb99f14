import { badCommitIsRefused } from "./steps/bad-commit-is-refused.ts";
import { changeToLive } from "./steps/change-to-live.ts";
import { commitToLive } from "./steps/commit-to-live.ts";
import { editIsCorrected } from "./steps/edit-is-corrected.ts";
import { rewriteIsHeld } from "./steps/rewrite-is-held.ts";
import type { Stage, Step } from "./step.ts";

const tour: readonly Step[] = [commitToLive, changeToLive, editIsCorrected, badCommitIsRefused, rewriteIsHeld];

/** Walks through the steps; true only if each really happened. Stops at the first that did not, and says why. */
export const runSteps = async (stage: Stage, steps: readonly Step[]): Promise<boolean> => {
  for (const [index, step] of steps.entries()) {
    stage.screen.heading(`${index + 1}. ${step.title}`);
    stage.screen.say(step.why);
    try {
      await step.run(stage);
    } catch (error) {
      if (stage.signal.aborted) throw error;
      stage.screen.bad(error instanceof Error ? error.message : String(error));
      if (error instanceof Error && error.cause instanceof Error) stage.screen.say(`cause: ${error.cause.message}`);
      return false;
    }
  }
  return true;
};

/** The guided tour; each step looks at cluster, bus and Git. */
export const runTour = (stage: Stage): Promise<boolean> => runSteps(stage, tour);
