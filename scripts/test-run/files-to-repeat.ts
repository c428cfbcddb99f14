import type { TestResult } from "./read-reports.ts";

/** More failed files than this are no matter of what ran beside them: nothing is run again. */
export const MOST_REPEATED_FILES = 5;

/** The files to run again, by workspace folder; none where too many failed for a second run to mean anything. */
export function filesToRepeat(results: readonly TestResult[]): ReadonlyMap<string, readonly string[]> {
  const failed = results.filter(({ state }) => state === "failed");
  const folderOf = new Map(failed.map(({ file, folder }) => [file, folder]));
  if (folderOf.size > MOST_REPEATED_FILES) return new Map();
  return Map.groupBy(folderOf.keys(), (file) => folderOf.get(file) ?? "");
}
