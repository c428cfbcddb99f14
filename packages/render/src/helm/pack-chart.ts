import { promisify } from "node:util";
import { gzip } from "node:zlib";

import type { Chart } from "./chart.ts";

const BLOCK = 512;

/** A packed chart of these files and no others: what helm unpacks is what was checked, however it reads archives. */
const packChart = (name: string, files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> => {
  const parts: Buffer[] = [];
  const entry = (path: string, type: string, body: Uint8Array): void => {
    const padding = Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK);
    parts.push(header(path, type, body.length), Buffer.from(body.buffer, body.byteOffset, body.length), padding);
  };
  for (const [path, body] of files) {
    const full = `${name}/${path}`;
    if (Buffer.byteLength(full) > 100) entry("pax", "x", paxPath(full));
    entry(Buffer.byteLength(full) > 100 ? "long" : full, "0", body);
  }
  parts.push(Buffer.alloc(2 * BLOCK));
  return promisify(gzip)(Buffer.concat(parts), { level: 1 });
};

const header = (path: string, type: string, size: number): Buffer => {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): void => {
    block.write(value.toString(8).padStart(length - 1, "0"), at);
  };
  block.write(path, 0);
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write("        ", 148); // counted as blanks
  block.write(type, 156);
  block.write("ustar\x0000", 257);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
};

/** `<length> path=<path>`, its own length counted. */
const paxPath = (path: string): Buffer => {
  const rest = ` path=${path}\n`;
  let length = Buffer.byteLength(rest);
  while (String(length).length + Buffer.byteLength(rest) !== length)
    length = String(length).length + Buffer.byteLength(rest);
  return Buffer.from(`${length}${rest}`);
};

/** Every packed chart of a chart, by its path there, packed anew with what was read of it and of those inside it. */
export const repacked = async (chart: Chart): Promise<ReadonlyMap<string, Uint8Array>> => {
  const made = new Map<string, Uint8Array>();
  for (const { path, files, chart: inner } of chart.packed)
    made.set(path, await packChart(inner.name, new Map([...files, ...(await repacked(inner))])));
  return made;
};
