import { ensureProgram } from "./ensure-programs.ts";
import type { Found } from "./find-program.ts";
import { type ProgramName, programs } from "./table.ts";

/** No way to a program worked; the message names every way, why it failed, and the one thing to do. */
export class ProgramMissing extends Error {
  override readonly name = "ProgramMissing";
  readonly program: string;
  constructor(found: Found) {
    super(explainMissing(found));
    this.program = found.name;
  }
}

/** The path of a program, found or got; throws ProgramMissing. */
export const requireProgram = async (name: ProgramName): Promise<string> => {
  const found = await ensureProgram(programs[name]);
  if (found.path === undefined) throw new ProgramMissing(found);
  return found.path;
};

/** One line a program: name, version and where it came from, or every way that was tried. */
export const describePrograms = (found: readonly Found[]): string =>
  found
    .map((one) =>
      one.path === undefined ? explainMissing(one) : `${one.name} ${one.version ?? ""} (${one.source ?? one.path})`,
    )
    .join("\n");

const explainMissing = ({ name, tried }: Found): string => {
  const program = programs[name as ProgramName];
  const ways = tried.map((line) => `\n  ${line}`).join("");
  return `${name} (${program.wants.text}) can not be had; tried:${ways}\n  what to do: ${program.remedy}`;
};
