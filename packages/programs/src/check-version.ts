import type { Candidate, Program } from "./program.ts";
import { runCommand } from "./run-command.ts";
import { formatVersion, parseVersion } from "./version.ts";

/**
 * The version of a candidate, after starting it once (it may be of another platform or C library).
 * A version that the way already knows counts for more: some builds call themselves `(devel)` or `v4.2`.
 * Throws with the reason when it is none that we run on.
 */
export const checkVersion = async (program: Program, candidate: Candidate): Promise<string> => {
  const said = await runCommand(candidate.path, program.versionArgs, { timeoutMs: 20_000 });
  const version = parseVersion(candidate.version ?? said) ?? (await packagedVersion(candidate.path));
  if (version === undefined) throw new Error(`${candidate.path} does not tell its version: ${said.trim()}`);
  if (!program.wants.accepts(version))
    throw new Error(`${candidate.path} is ${formatVersion(version)}, wanted is ${program.wants.text}`);
  return formatVersion(version);
};

/** What the package system says of a file, for programs that a distribution built without their version. */
const packagedVersion = async (path: string) => {
  try {
    const owner = (await runCommand("dpkg-query", ["--search", path])).split(":")[0] ?? "";
    return parseVersion(await runCommand("dpkg-query", ["--show", "--showformat=${Version}", owner]));
  } catch {
    return undefined;
  }
};
