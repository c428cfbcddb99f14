import { CommanderError } from "commander";

import { CliFailure, exitCode } from "./cli-failure.ts";
import { buildProgram } from "./program.ts";
import { flatten, plain } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** Messages quote what was typed, and the program that prints usage does, too: none of it may reach the terminal as it is. */
const quoting = (terminal: Terminal, args: readonly string[]): Terminal => {
  const odd = args.filter((each) => each.trim() !== "" && flatten(each) !== each);
  return {
    ...terminal,
    err: (text) => {
      const quoted = odd.reduce((all, each) => all.replaceAll(each, flatten(each)), text);
      terminal.err(quoted.split("\n").map(flatten).join("\n"));
    },
  };
};

/** Runs one command line (without node and script) and gives its exit code. Data goes to `out`, messages to `err`. */
export const runCli = async (args: readonly string[], given: Terminal): Promise<number> => {
  const terminal = quoting(given, args);
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
    terminal.err(`evenkeel: ${plain(error.message)}\n`);
    return error.code;
  }
};
