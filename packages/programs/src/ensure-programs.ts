import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

import { cacheRoot, placeInCache } from "./cache.ts";
import { checkVersion } from "./check-version.ts";
import { type Found, search } from "./find-program.ts";
import { withLock } from "./lock.ts";
import type { Program } from "./program.ts";
import { type ProgramName, programs } from "./table.ts";

/** Finds each program, else gets it, one after another; never throws for a program that can not be had. */
export const ensurePrograms = async (names: readonly ProgramName[]): Promise<readonly Found[]> => {
  const found: Found[] = [];
  for (const name of names) found.push(await ensureProgram(programs[name]));
  return found;
};

/** As ensurePrograms, for one row of any table. Two processes never get the same program at once. */
export const ensureProgram = async (program: Program): Promise<Found> => {
  const first = await search(program);
  if (first.final || program.getters.length === 0) return first.found;
  const lock = join(cacheRoot(), "locks", program.name);
  const onWait = (): void =>
    void process.stderr.write(`evenkeel: ${program.name}: another process gets it, waiting …\n`);
  try {
    return await withLock(lock, () => get(program), onWait);
  } catch (error) {
    return { name: program.name, tried: [...first.found.tried, `cache: ${(error as Error).message}`] };
  }
};

const get = async (program: Program): Promise<Found> => {
  const again = await search(program); // another process may have got it while we waited
  if (again.final) return again.found;
  const tried = [...again.found.tried];
  const scratch = join(cacheRoot(), "scratch");
  await mkdir(scratch, { recursive: true });
  for (const getter of program.getters) {
    const folder = await mkdtemp(join(scratch, `${program.name}-`));
    try {
      const candidate = await getter.get(program, folder);
      const version = await checkVersion(program, candidate);
      const entry = await placeInCache(program.name, candidate.path, { version, source: candidate.source });
      return { name: program.name, path: entry.path, version, source: entry.source, tried };
    } catch (error) {
      tried.push(`${getter.name}: ${(error as Error).message}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return { name: program.name, tried };
};
