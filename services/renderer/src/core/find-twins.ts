import type { ObjectOrigin } from "@evenkeel/resource";
import { describeRef, formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

interface Rendered {
  readonly ref: ObjectRef;
  readonly origin: ObjectOrigin;
}

/** Two objects that become one in the application's namespace, whatever the scope of their kind; with both places. */
export interface Twins {
  readonly code: "DuplicateObject";
  readonly file: string;
  readonly line: number;
  readonly problem: string;
  readonly remedy: string;
}

/** The first two objects that differ by the default namespace alone: one names it, and the other names none. */
export const findTwins = (objects: readonly Rendered[], namespace: string): Twins | undefined => {
  if (namespace === "") return undefined;
  const named = new Map(objects.map((one) => [formatRef(one.ref), one]));
  for (const { ref, origin } of objects) {
    const twin = ref.namespace === "" ? named.get(formatRef({ ...ref, namespace })) : undefined;
    if (twin === undefined) continue;
    const problem = `${describeRef(twin.ref)} is written twice: without its namespace here, with it in ${twin.origin.file}:${twin.origin.line}`;
    const remedy = "keep one of the two, or give one another name or namespace";
    return { code: "DuplicateObject", file: origin.file, line: origin.line, problem, remedy };
  }
  return undefined;
};
