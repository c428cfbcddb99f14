import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { bugsElsewhere } from "../elsewhere.fixture.ts";
import { planted } from "../plant.ts";
import { plantedBugs } from "../table.ts";

/** Loads each file of each bug beside the file as it is, and says on stdout which are not alike: what node cannot read, or exports other names. */
const root = dirname(dirname(dirname(dirname(dirname(import.meta.dirname)))));

const sources = new Map<string, string>();
registerHooks({
  load: (url, context, nextLoad) => {
    const source = sources.get(url);
    return source === undefined ? nextLoad(url, context) : { format: "module-typescript", source, shortCircuit: true };
  },
});

const exportsOf = async (url: string): Promise<string> => {
  const module: object = await import(url);
  return Object.keys(module).toSorted().join(" ");
};

const faults: string[] = [];
for (const bug of [...plantedBugs, ...bugsElsewhere])
  for (const [file, source] of planted(bug)) {
    const url = pathToFileURL(join(root, file)).href;
    const under = `${url}?bug=${bug.name}`;
    if (source === readFileSync(join(root, file), "utf8")) faults.push(`${bug.name}: ${file} is as it was`);
    sources.set(under, source);
    try {
      const [before, after] = [await exportsOf(url), await exportsOf(under)];
      if (before !== after) faults.push(`${bug.name}: ${file} exports ${after}, not ${before}`);
    } catch (error) {
      faults.push(`${bug.name}: ${file} cannot be loaded: ${String(error)}`);
    }
  }
console.log(JSON.stringify(faults));
