// The only code that touches the export folder. A process of its own, as a folder may hang for ever, and what waits for
// it then must not be a thread of the applier. It gets no environment, and imports nothing but Node.
import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import type { ExportAnswer, ExportOrder } from "./export-order.ts";

const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";
const digestOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

const sync = (path: string): void => {
  const handle = openSync(path, "r");
  fsyncSync(handle);
  closeSync(handle);
};

const write = (path: string, bytes: Buffer): void => {
  const handle = openSync(path, "w", 0o640);
  writeFileSync(handle, bytes);
  fsyncSync(handle);
  closeSync(handle);
};

/** Gives what is written its name, unless something has it: a record is never written over. */
const place = (written: string, path: string): void => {
  try {
    linkSync(written, path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    if (!NO_LINKS.has(codeOf(error))) throw error;
    if (!isThere(path)) renameSync(written, path);
  }
};

const notTheFolder = (folder: string, missing: string): string => {
  const make = `mkdir -p '${join(folder, missing)}'`;
  return missing.includes("/")
    ? `${folder} is not the folder that this ledger was exported to: it has no ${missing}; mount it or put it back, or, if it is to go on in this one: ${make}`
    : `${folder} is not known to be the folder for this ledger: it has no ${missing}; mount its volume, and once it is there: ${make}`;
};

const store = ({ digest, file, folder, instance, needs }: ExportOrder, bytes: Buffer): string | undefined => {
  if (digestOf(bytes) !== digest) return "the segment came cut";
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) return `ENOTDIR: ${folder} is not a folder`;
  const missing = needs.find((each) => !isThere(join(folder, each)));
  if (missing !== undefined) return notTheFolder(folder, missing);
  const path = join(folder, file);
  const writing = `${path}.${instance.replaceAll(/[^A-Za-z0-9-]/g, "_")}.tmp`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    write(writing, bytes);
    place(writing, path);
  } finally {
    rmSync(writing, { force: true });
  }
  let each = folder;
  for (const name of ["", ...dirname(file).split("/")]) sync((each = join(each, name)));
  if (digestOf(readFileSync(path)) === digest) return undefined;
  return `${path} holds something else than the segment of that name, and is not written over: mv '${path}' '${path}.other'`;
};

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
let why: string | undefined;
try {
  why = store(JSON.parse(process.argv[2] ?? "") as ExportOrder, Buffer.concat(chunks));
} catch (error) {
  why = error instanceof Error ? error.message : String(error);
}
const answer: ExportAnswer = why === undefined ? {} : { why };
process.stdout.write(JSON.stringify(answer));
