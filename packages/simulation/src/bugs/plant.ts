import { registerHooks } from "node:module";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Some text of the product's code, and what a mistake would have written in its place. */
export interface Edit {
  /** From the repository's root. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A fault that is put into the product's code as it is loaded: the file on disk stays as it is. */
export interface PlantedBug extends Edit {
  readonly name: string;
  /** What it does, as one would say it of the real one. */
  readonly about: string;
  /** The second line of defence that would hide it: it is taken away as well. */
  readonly also?: readonly Edit[];
}

const root = dirname(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))));

export const editsOf = (bug: PlantedBug): readonly Edit[] => [bug, ...(bug.also ?? [])];

const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** The files with the fault in them. Throws where a text is not there once: the code has moved on, and the row has not. */
export const planted = (bug: PlantedBug): ReadonlyMap<string, string> => {
  const texts = new Map<string, string>();
  for (const { file, find, replace } of editsOf(bug)) {
    const parts = (texts.get(file) ?? read(file)).split(find);
    if (parts.length !== 2) {
      const times = parts.length - 1;
      throw new RangeError(
        `bug ${bug.name}: ${JSON.stringify(find)} stands ${times} times in ${file}, not once: mend its row`,
      );
    }
    texts.set(file, parts.join(replace));
  }
  return texts;
};

/** From now on this process loads the files with the fault in them. To be called before anything imports them. */
export const plant = (bug: PlantedBug): void => {
  const sources = new Map([...planted(bug)].map(([file, source]) => [pathToFileURL(join(root, file)).href, source]));
  registerHooks({
    load: (url, context, nextLoad) => {
      const source = sources.get(url);
      return source === undefined
        ? nextLoad(url, context)
        : { format: "module-typescript", source, shortCircuit: true };
    },
  });
};
