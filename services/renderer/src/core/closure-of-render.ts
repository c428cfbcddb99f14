import type { Closure } from "./plan/touches.ts";

/**
 * What a render looked into, as the planner asks for it: each opened directory counts with all below it, but the root of
 * the repository only with its own entries, as it is opened to find out that a path is not there.
 */
export const closureOfRender = (opened: readonly (readonly [path: string, oid: string])[]): Closure => {
  const paths = opened.map(([path]) => path).toSorted();
  return {
    files: [],
    directories: paths.includes(".") ? [""] : [],
    trees: paths.filter((path) => path !== "."),
  };
};
