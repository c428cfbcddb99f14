import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { encodeSegment, segmentName, verifySegment } from "../core/segment-file.ts";
import type { Segment } from "../core/segment-file.ts";
import { ChainBroken, entryHash } from "../core/verify-chain.ts";

/** A file of the export, below its folder. */
export interface Exported {
  readonly file: string;
  readonly digest: string;
}

/**
 * Writes a segment below the folder, syncs file and folder, and reads it back: what this resolves to is on the disk, whole,
 * and verified. The same segment written again is the same file.
 */
export const exportSegment = async (
  folder: string,
  { installation, instance }: { readonly installation: string; readonly instance: string },
  segment: Segment,
): Promise<Exported> => {
  const [first, last] = [segment[0]?.fact, segment.at(-1)?.fact];
  if (first === undefined || last === undefined) throw new ChainBroken("a segment without an entry");
  const file = segmentName(first.partition, first.n, last.n);
  const path = join(folder, file);
  const writing = `${path}.${instance.replaceAll(/[^A-Za-z0-9-]/g, "_")}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  try {
    const handle = await open(writing, "w", 0o640);
    try {
      await handle.writeFile(encodeSegment(installation, segment));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(writing, path);
  } catch (error) {
    await rm(writing, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
  await syncFolder(folder);
  const read = verifySegment(await readFile(path, "utf8"));
  if (read.first !== first.n || read.last !== last.n || read.lastHash !== entryHash(last))
    throw new ChainBroken(`${file} does not hold what was written to it`);
  return { file, digest: read.digest };
};

const syncFolder = async (path: string): Promise<void> => {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
