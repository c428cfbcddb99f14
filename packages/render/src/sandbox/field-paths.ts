import type { SecretScalar } from "./secret-scalars.ts";
import { TextIndex } from "./text-index.ts";
import { partsOf } from "./word-forms.ts";

/** `a.b.[name=x].c` in its steps. */
const STEP = /\[[^\]]*\]|[^.[\]]+/g;
const CHOICE = /^\[([^=\]]*)=(.*)\]$/;

/** The way to a field is a name too, but for one that goes by a secret or a part of one, as a step that is no key or as a value. */
export const withFieldPaths = (
  names: ReadonlySet<string>,
  paths: readonly string[],
  scalars: readonly SecretScalar[],
): ReadonlySet<string> => {
  const index = new TextIndex(paths.join("\n").toLowerCase());
  for (const { text } of scalars) index.feed(text.toLowerCase());
  const isOpen = (text: string): boolean => names.has(text) || !index.has(text.toLowerCase());
  const isOpenStep = (step: string): boolean => {
    const [, key, value] = CHOICE.exec(step) ?? [];
    if (key === undefined || value === undefined) return isOpen(step);
    // By its name an object or a container is told; by anything else a value is.
    const texts = [value, ...partsOf(value)];
    return isOpen(key) && texts.every((text) => (key === "name" && names.has(text)) || !index.has(text.toLowerCase()));
  };
  return new Set([
    ...names,
    ...paths.flatMap((path) => {
      const steps = path.match(STEP) ?? [];
      const open = steps.filter(isOpenStep);
      return [...(open.length === steps.length ? [path] : []), ...open.filter((step) => !step.startsWith("["))];
    }),
  ]);
};
