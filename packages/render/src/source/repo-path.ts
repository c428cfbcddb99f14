import { refuse } from "../render-refused.ts";

/** Steps of a path in a repository; the root has none. */
export const stepsOf = (path: string): readonly string[] =>
  path.split("/").filter((step) => step !== "" && step !== ".");

/** `a/b`, and `.` for the root. */
export const normalPath = (path: string): string => stepsOf(path).join("/") || ".";

/** A path written in `directory`, from the root of the repository; throws `PathOutsideRepo`, which says it as `shown`, if it leaves it. */
export const joinPath = (directory: string, relative: string, file: string, shown = `"${relative}"`): string => {
  const steps = [...stepsOf(directory)];
  for (const step of stepsOf(relative)) {
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined) {
      throw refuse("PathOutsideRepo", file, `${shown} leads out of the repository`, "keep it inside the repository");
    }
  }
  return steps.join("/") || ".";
};

export const directoryOf = (path: string): string => stepsOf(path).slice(0, -1).join("/") || ".";
export const baseName = (path: string): string => stepsOf(path).at(-1) ?? ".";

/** True if `path` is `directory` or below it. */
export const isWithin = (path: string, directory: string): boolean =>
  directory === "." || path === directory || path.startsWith(`${directory}/`);

/** `path` as seen from `directory`, which holds it. */
export const relativeTo = (path: string, directory: string): string =>
  directory === "." ? path : path === directory ? "." : path.slice(directory.length + 1);

/** The lowest directory that holds all of these directories. */
export const commonDirectory = (directories: readonly string[]): string => {
  const [first = [], ...others] = directories.map(stepsOf);
  let length = first.length;
  for (const steps of others) {
    length = Math.min(length, steps.length);
    while (length > 0 && first.slice(0, length).join("/") !== steps.slice(0, length).join("/")) length--;
  }
  return first.slice(0, length).join("/") || ".";
};
