import { parseJson } from "@evenkeel/resource";

import type { Value } from "@evenkeel/embedded-cluster";
import type { Sequence, Step } from "./step.ts";
import { writeJson } from "./write-json.ts";

/** The same steps on objects of other names, as those of before are still there. */
export const renamed = (sequence: Sequence, mark: string): Sequence => {
  const own = new RegExp(`s${sequence.index}(?:t\\w+)?-`, "g");
  const text = writeJson(sequence.steps as unknown as Value).replaceAll(own, `s${sequence.index}t${mark}-`);
  return { ...sequence, steps: parseJson(text) as unknown as readonly Step[] };
};
