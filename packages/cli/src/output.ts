import { CliFailure } from "./cli-failure.ts";
import { formatTable } from "./table.ts";
import type { Column } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { toYaml } from "./yaml.ts";

export const outputs = ["table", "wide", "json", "yaml", "name"] as const;
export type Output = (typeof outputs)[number];

/** How a listing may be shown. */
export interface Listing<T> {
  readonly columns: readonly Column<T>[];
  /** Columns that `wide` adds. */
  readonly wide: readonly Column<T>[];
  readonly name: (row: T) => string;
  /** Said where there is no row. */
  readonly empty?: string;
}

export interface Shown<T> {
  readonly rows: readonly T[];
  /** Protobuf JSON of the reply. */
  readonly json: unknown;
}

export interface OutputOptions {
  readonly output: Output;
  readonly headers: boolean;
}

/** Reads `-o`. */
export const parseOutput = (text: string): Output => {
  const output = outputs.find((name) => name === text);
  if (output === undefined) throw new CliFailure(`-o ${text}: expected ${outputs.join(", ")}`);
  return output;
};

/** Protobuf leaves out a list without members; a script must find it all the same. */
export const withLists = (json: unknown, ...lists: readonly string[]): unknown => ({
  ...Object.fromEntries(lists.map((name) => [name, []])),
  ...(json as Readonly<Record<string, unknown>>),
});

/** Writes machine forms of a reply; false if a table is wanted. */
export const writeReply = (terminal: Terminal, output: Output, json: unknown): boolean => {
  if (output === "json") terminal.out(`${JSON.stringify(json, null, 2)}\n`);
  else if (output === "yaml") terminal.out(toYaml(json));
  else return false;
  return true;
};

/** Writes rows in the form that was asked for; an empty table is told on stderr. */
export const writeListing = <T>(
  terminal: Terminal,
  options: OutputOptions,
  listing: Listing<T>,
  { json, rows }: Shown<T>,
): void => {
  if (writeReply(terminal, options.output, json)) return;
  if (options.output === "name") {
    for (const row of rows) terminal.out(`${listing.name(row)}\n`);
    return;
  }
  if (rows.length === 0) {
    terminal.err(`${listing.empty ?? "nothing found"}\n`);
    return;
  }
  const columns = options.output === "wide" ? [...listing.columns, ...listing.wide] : listing.columns;
  terminal.out(formatTable(columns, rows, { headers: options.headers, colour: terminal.colour }));
};
