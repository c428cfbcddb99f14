import { resolve } from "node:path";

import { CliFailure, exitCode } from "../cli-failure.ts";
import { readLedgerFolder } from "../ledger-folder.ts";
import type { ExportedChain, LedgerFolder } from "../ledger-folder.ts";
import { writeListing } from "../output.ts";
import type { Listing, OutputOptions } from "../output.ts";
import { plain } from "../table.ts";
import type { Terminal } from "../terminal.ts";

const listing: Listing<ExportedChain> = {
  columns: [
    { title: "INSTALLATION", cell: ({ installation }) => installation },
    { title: "CHAIN", cell: ({ chain }) => chain },
    { title: "FOLDER", cell: ({ folder }) => folder },
    { title: "FIRST", cell: ({ first }) => String(first) },
    { title: "LAST", cell: ({ last }) => String(last) },
    { title: "UNTIL", cell: ({ lastAt }) => lastAt?.toISOString() ?? "" },
    { title: "FILES", cell: ({ files }) => String(files) },
    { title: "WHOLE", cell: ({ findings }) => (findings.length === 0 ? "True" : "False") },
  ],
  wide: [{ title: "LAST HASH", cell: ({ lastHash }) => lastHash }],
  name: ({ folder }) => `chain/${folder}`,
};

const jsonOf = (folder: string, { chains, findings, foreign, unreadable }: LedgerFolder): unknown => ({
  folder,
  chains: chains.map(({ first, last, lastAt, ...chain }) => ({
    ...chain,
    first: String(first),
    last: String(last),
    lastAt: lastAt?.toISOString() ?? "",
  })),
  findings,
  unreadable,
  foreign,
});

/**
 * `verify-ledger FOLDER`: every segment of an export by itself and each chain as a whole. Exit code 0 all is there and as it
 * was sealed, 1 something is not, 2 something could not be read.
 */
export const verifyLedger = async (terminal: Terminal, folder: string, options: OutputOptions): Promise<number> => {
  let read: LedgerFolder;
  try {
    read = await readLedgerFolder(resolve(terminal.cwd, folder));
  } catch (error) {
    throw new CliFailure(`${folder} cannot be read: ${(error as Error).message}`, exitCode.trouble, { cause: error });
  }
  const { chains, foreign, unreadable } = read;
  const findings = [...read.findings, ...chains.flatMap((chain) => chain.findings)];
  if (chains.length + findings.length + unreadable.length === 0)
    throw new CliFailure(`${folder} holds no segment of a ledger: name the EVENKEEL_LEDGER_EXPORT_DIR of an applier`);
  writeListing(terminal, options, listing, { rows: chains, json: jsonOf(folder, read) });
  for (const { file, message } of [...findings, ...unreadable]) terminal.err(`${plain(`${file}: ${message}`)}\n`);
  if (foreign.length > 0) terminal.err(`${plain(`not of an export, and not read: ${foreign.join(", ")}`)}\n`);
  if (findings.length > 0) return exitCode.no;
  return unreadable.length > 0 ? exitCode.trouble : exitCode.ok;
};
