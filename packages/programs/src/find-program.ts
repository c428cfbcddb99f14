import { checkVersion } from "./check-version.ts";
import type { Program } from "./program.ts";
import { type ProgramName, programs } from "./table.ts";

/** What came of looking for a program; `path` is undefined when there is none, and `tried` says why, way by way. */
export interface Found {
  readonly name: string;
  readonly path?: string;
  readonly version?: string;
  readonly source?: string;
  readonly tried: readonly string[];
}

/** Looks where the program may already be (variable, PATH, cache) and gets nothing. */
export const findProgram = async (name: ProgramName): Promise<Found> => (await search(programs[name])).found;

/** As findProgram, for any row; `final` says that a variable named the program, so that no other way may be tried. */
export const search = async (program: Program): Promise<{ readonly found: Found; readonly final: boolean }> => {
  const tried: string[] = [];
  for (const finder of program.finders) {
    const candidate = await finder.find(program);
    if (candidate === undefined) {
      tried.push(`${finder.name}: not there`);
      continue;
    }
    try {
      const cached = candidate.source.startsWith("cache") ? candidate.version : undefined;
      const version = cached ?? (await checkVersion(program, candidate));
      const { path, source } = candidate;
      return { found: { name: program.name, path, version, source, tried }, final: true };
    } catch (error) {
      tried.push(`${finder.name}: ${(error as Error).message}`);
      if (candidate.only === true) return { found: { name: program.name, tried }, final: true };
    }
  }
  return { found: { name: program.name, tried }, final: false };
};
