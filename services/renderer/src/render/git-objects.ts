import { gitObject } from "@evenkeel/artifacts";
import type { Artifacts } from "@evenkeel/artifacts";
import { ObjectTooLarge } from "@evenkeel/render";

import { parseTree } from "../core/plan/parse-tree.ts";
import type { ParsedEntry } from "../core/plan/parse-tree.ts";

/** Git objects out of the blob store, where the source-watcher put them before it told of the commit. */
export interface GitObjects {
  readTree(oid: string, signal: AbortSignal): Promise<readonly ParsedEntry[]>;
  readBlob(oid: string, signal: AbortSignal): Promise<Uint8Array>;
}

/** A body is not in the store, or not yet: whoever needs it waits, as it is stored again. */
export class ContentMissing extends Error {
  override readonly name = "ContentMissing";
  readonly passing = true;
}

/**
 * Objects are checked against their ids by the store; throws ContentMissing, or ObjectTooLarge for what is never stored.
 * `onMissed` hears of each that is not there.
 */
export const gitObjects = (artifacts: Artifacts, onMissed: (oid: string) => void = () => {}): GitObjects => {
  const read = async (oid: string, signal: AbortSignal): Promise<Uint8Array> => {
    const body = await artifacts.get(gitObject(oid), signal);
    if (body !== undefined) return body;
    const bytes = await artifacts.omitted(gitObject(oid), signal);
    if (bytes !== undefined) throw new ObjectTooLarge(oid, bytes);
    onMissed(oid);
    throw new ContentMissing(`git object ${oid} is not in the blob store`);
  };
  return {
    readTree: async (oid, signal) => parseTree(await read(oid, signal), oid.length / 2),
    readBlob: read,
  };
};
