import { styleText } from "node:util";

/** One column: its title and how a row fills it. */
export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => string;
}

export interface TableOptions {
  readonly headers: boolean;
  readonly colour: boolean;
}

type Style = "green" | "yellow" | "red";

// Colour beside the word, never instead of it.
const styles: Readonly<Record<string, Style>> = {
  Synced: "green",
  Healthy: "green",
  True: "green",
  Progressing: "yellow",
  Removing: "yellow",
  Suspended: "yellow",
  Unknown: "yellow",
  OutOfSync: "red",
  Degraded: "red",
  Missing: "red",
  False: "red",
};

const paint = (padded: string, word: string, colour: boolean): string => {
  const style = colour && Object.hasOwn(styles, word) ? styles[word] : undefined;
  return style === undefined ? padded : styleText(style, padded, { validateStream: false });
};

/** What moves the cursor, breaks a line or is not seen gives way to a space. */
export const flatten = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");

/** Foreign text must neither move the cursor nor break a row; `keep` leaves the spaces that begin it. */
export const plain = (text: string, keep?: "left"): string => {
  const flat = flatten(text);
  return keep === "left" ? flat.trimEnd() : flat.trim();
};

/** Rows below upper-case titles, columns two spaces apart, no spaces at the end of a line. */
export const formatTable = <T>(columns: readonly Column<T>[], rows: readonly T[], options: TableOptions): string => {
  const cells = rows.map((row) => columns.map((column) => plain(column.cell(row)) || "-"));
  const titles = columns.map((column) => column.title);
  const lines = options.headers ? [titles, ...cells] : cells;
  const widths = columns.map((_, index) => Math.max(0, ...lines.map((line) => line[index]?.length ?? 0)));
  return lines
    .map((line) => line.map((word, index) => paint(word.padEnd(widths[index] ?? 0), word, options.colour)).join("  "))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
};
