import { giveWay } from "../give-way.ts";
import type { RenderLimits } from "../limits.ts";
import { refuse } from "../render-refused.ts";

/** What the files that configure kustomize may cost: they are read on the main thread, where others wait. */
export interface ConfigBudget {
  /** Gives the event loop a turn; throws `LimitExceeded` for a file that is too large, alone or with those before it. */
  readonly take: (file: string, bytes: Uint8Array) => Promise<void>;
}

export const configBudget = ({ configBytes, allConfigBytes }: RenderLimits): ConfigBudget => {
  let all = 0;
  return {
    take: async (file, { length }) => {
      if (length > configBytes) {
        const problem = `the file configures kustomize and has ${length} bytes, at most ${configBytes}`;
        throw refuse("LimitExceeded", file, problem, "move what is in it to files that it names");
      }
      all += length;
      if (all > allConfigBytes) {
        const problem = `with it over ${allConfigBytes} bytes configure kustomize`;
        throw refuse("LimitExceeded", file, problem, "shorten the kustomizations, or split the application");
      }
      await giveWay();
    },
  };
};
