import { CommanderError } from "commander";

import { CliFailure, exitCode } from "./cli-failure.ts";
import { buildProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

/** Runs one command line (without node and script) and gives its exit code. Data goes to `out`, messages to `err`. */
export const runCli = async (args: readonly string[], terminal: Terminal): Promise<number> => {
  let code: number = exitCode.ok;
  const program = buildProgram(terminal, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.trouble;
    if (!(error instanceof CliFailure)) throw error;
    terminal.err(`evenkeel: ${error.message}\n`);
    return error.code;
  }
};
