import { registerHooks } from "node:module";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A fault that is put into the product's code as it is loaded: the file on disk stays as it is. */
export interface PlantedBug {
  readonly name: string;
  /** What it does, as one would say it of the real one. */
  readonly about: string;
  /** From the repository's root. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

const root = dirname(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))));

/** The file with the fault in it. Throws where the text is not there once: the code has moved on, and the row has not. */
export const planted = ({ name, file, find, replace }: PlantedBug): string => {
  const text = readFileSync(join(root, file), "utf8");
  const parts = text.split(find);
  if (parts.length !== 2) throw new RangeError(`bug ${name}: its text stands ${parts.length - 1} times in ${file}`);
  return parts.join(replace);
};

/** From now on this process loads the file with the fault in it. To be called before anything imports it. */
export const plant = (bug: PlantedBug): void => {
  const source = planted(bug);
  const target = pathToFileURL(join(root, bug.file)).href;
  registerHooks({
    load: (url, context, nextLoad) =>
      url === target ? { format: "module-typescript", source, shortCircuit: true } : nextLoad(url, context),
  });
};
