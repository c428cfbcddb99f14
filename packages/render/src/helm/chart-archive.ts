import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { refuse } from "../render-refused.ts";

const BLOCK = 512;
const MOST_ENTRIES = 20_000;
const MOST_BYTES = 100 * 1024 * 1024;

/** What the archives of one render, and those inside them, may still grow to together. */
export interface ArchiveBudget {
  bytes: number;
  entries: number;
}

export const archiveBudget = (): ArchiveBudget => ({ bytes: MOST_BYTES, entries: MOST_ENTRIES });

/** Text shrinks to a tenth; what grows more than this was made to. */
const MOST_GROWTH = 200;

/**
 * The files of a packed chart by path, read before helm sees it. Throws `ChartRefused` for links, absolute or climbing
 * names, a name twice, or more than it should hold.
 */
export const readChartArchive = async (
  file: string,
  bytes: Uint8Array,
  budget: ArchiveBudget,
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const refused = (why: string): Error =>
    refuse("ChartRefused", file, `the archive ${why}`, "pack the chart again with helm package, or commit it unpacked");
  const tar = await inflate(bytes, budget, refused);
  const files = new Map<string, Uint8Array>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const header = tar.subarray(at, at + BLOCK);
    const size = Number.parseInt(text(header, 124, 12).trim() || "0", 8);
    const body = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (!Number.isSafeInteger(size) || size < 0 || body.length < size) throw refused("is damaged");
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (--budget.entries < 0) throw refused(`and its like have over ${MOST_ENTRIES} entries`);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === "x" || type === "g") {
      longName = /(?:^|\n)\d+ path=([^\n]*)/.exec(body.toString("utf8"))?.[1] ?? longName;
      continue;
    }
    if (type === "L") {
      longName = text(body, 0, size);
      continue;
    }
    const prefix = text(header, 345, 155);
    const name = longName ?? `${prefix === "" ? "" : `${prefix}/`}${text(header, 0, 100)}`;
    longName = undefined;
    if (type === "5") continue;
    if (type !== "0" && type !== "\0") throw refused(`holds ${JSON.stringify(name)}, which is no regular file`);
    const path = name.replace(/^(?:\.\/)+/, "");
    if (path.startsWith("/") || path.includes("\\") || /^[A-Za-z]:/.test(path) || path.split("/").includes("..")) {
      throw refused(`holds the path ${JSON.stringify(name)}`);
    }
    if (files.has(path)) throw refused(`holds ${JSON.stringify(path)} twice`);
    files.set(path, body);
  }
  return files;
};

/** Off the main thread: an archive of some MiB takes as long as many renders. */
const inflate = async (bytes: Uint8Array, budget: ArchiveBudget, refused: (why: string) => Error): Promise<Buffer> => {
  const most = Math.max(bytes.length * MOST_GROWTH, 1024 * 1024);
  try {
    const tar = await promisify(gunzip)(bytes, { maxOutputLength: Math.max(1, Math.min(budget.bytes, most)) });
    budget.bytes -= tar.length;
    return tar;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE") throw refused("is not gzip");
    const together = `grows too large: all archives of a chart may hold ${MOST_BYTES / 1024 / 1024} MiB together`;
    throw refused(budget.bytes < most ? together : "grows too large");
  }
};

const text = (block: Uint8Array, start: number, length: number): string => {
  const field = Buffer.from(block.buffer, block.byteOffset + start, length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
};
