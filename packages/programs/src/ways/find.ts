import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";

import { cachedEntries } from "../cache.ts";
import type { Finder } from "../program.ts";
import { parseVersion } from "../version.ts";

/** The first executable of that name on PATH. */
export const onPath: Finder = {
  name: "PATH",
  find: async ({ name }) => {
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
      const path = join(folder, name);
      if (folder !== "" && (await isExecutable(path))) return { path, source: "PATH" };
    }
    return undefined;
  },
};

/** A path in an environment variable; when it is set, nothing else is tried. */
export const inVariable = (variable: string): Finder => ({
  name: variable,
  find: async () => {
    const value = process.env[variable];
    return value ? { path: resolve(value), source: variable, only: true } : undefined;
  },
});

/** The folder that an environment variable names (the envtest convention: KUBEBUILDER_ASSETS). */
export const inFolderOfVariable = (variable: string): Finder => ({
  name: variable,
  find: async ({ name }) => {
    const folder = process.env[variable];
    if (!folder) return undefined;
    const path = resolve(folder, name);
    return (await isExecutable(path)) ? { path, source: variable } : undefined;
  },
});

/** What an earlier run got; its note is trusted, so nothing is started. */
export const inCache: Finder = {
  name: "cache",
  find: async ({ name, wants }) => {
    for (const entry of await cachedEntries(name)) {
      const version = parseVersion(entry.version);
      if (version !== undefined && wants.accepts(version) && (await isExecutable(entry.path)))
        return { path: entry.path, version: entry.version, source: `cache, from ${entry.source}` };
    }
    return undefined;
  },
};

const isExecutable = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
};
