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
  chains: chains.map(({ first, last, lastAt, sealed, ...chain }) => ({
    ...chain,
    first: String(first),
    last: String(last),
    lastAt: lastAt?.toISOString() ?? "",
    sealed: String(sealed),
  })),
  findings,
  unreadable,
  foreign,
});

/** What no export tells of itself: what came after its newest entry, and what only a seal proves. */
const openWords = ({ chain, installation, last, lastHash, sealed }: ExportedChain): string => {
  const next = `the newest entry is ${last}: compare with the bus, which must go on with entry ${last + 1n} and prevHash ${lastHash}, or a later file was deleted`;
  const unsealed = sealed === 0n ? "no file is sealed here" : `sealed here up to entry ${sealed}`;
  return `${installation} ${chain}: ${next}; ${unsealed}, and of what is not the entries are proved and their sequences are not`;
};

/**
 * `verify-ledger FOLDER`: every segment of an export by itself and each chain as a whole. Exit code 0 all is there and as it
 * was sealed, 1 something is not, 2 something could not be read.
 */
export const verifyLedger = async (terminal: Terminal, folder: string, options: OutputOptions): Promise<number> => {
  if (folder === "") throw new CliFailure("verify-ledger: name a folder; the name is empty");
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
  if (options.output === "table" || options.output === "wide")
    for (const chain of chains) terminal.err(`${plain(openWords(chain))}\n`);
  for (const { file, message } of [...findings, ...unreadable]) terminal.err(`${plain(`${file}: ${message}`)}\n`);
  if (foreign.length > 0) terminal.err(`${plain(`not of an export, and not read: ${foreign.join(", ")}`)}\n`);
  if (findings.length > 0) return exitCode.no;
  return unreadable.length > 0 ? exitCode.trouble : exitCode.ok;
};
