import { hash } from "node:crypto";

import { RenderRefused } from "../render-refused.ts";
import { ObjectTooLarge } from "./object-source.ts";
import type { ObjectSource, TreeEntry } from "./object-source.ts";

/** A source whose every answer is what its id names: ids are computed again, else `ObjectCorrupt`. */
export const checkedSource = (source: ObjectSource): ObjectSource => ({
  readTree: async (oid, signal) => {
    const entries = await readOr(oid, () => source.readTree(oid, signal), signal);
    check(oid, "tree", treeBody(entries));
    return entries;
  },
  readBlob: async (oid, signal) => {
    const bytes = await readOr(oid, () => source.readBlob(oid, signal), signal);
    check(oid, "blob", bytes);
    return bytes;
  },
});

const FULL_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

const readOr = async <T>(oid: string, read: () => Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted();
  if (!FULL_ID.test(oid)) throw corrupt(oid, "is no full object id");
  try {
    return await read();
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof ObjectTooLarge) throw cause;
    throw corrupt(oid, "cannot be read", cause);
  }
};

const corrupt = (oid: string, why: string, cause?: unknown): RenderRefused =>
  new RenderRefused(
    { code: "ObjectCorrupt", problem: `git object ${oid} ${why}`, remedy: "it is fetched again from the repository" },
    { cause },
  );

const check = (oid: string, type: string, body: Uint8Array): void => {
  const algorithm = oid.length === 64 ? "sha256" : "sha1";
  if (hash(algorithm, Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body]), "hex") !== oid) {
    throw corrupt(oid, "is damaged: its content has another id");
  }
};

const treeBody = (entries: readonly TreeEntry[]): Uint8Array =>
  Buffer.concat(
    entries.flatMap(({ mode, name, oid }) => [
      Buffer.from(`${mode.replace(/^0+/, "")} `),
      typeof name === "string" ? Buffer.from(name) : name,
      Buffer.from([0]),
      Buffer.from(oid, "hex"),
    ]),
  );
