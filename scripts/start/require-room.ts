import { statfs } from "node:fs/promises";

import { CannotStart } from "./explain-failure.ts";

/** The sample fleet takes 4 MiB; logs, sources and history of one's own take more, and a start on a full disk fails anywhere. */
const NEEDED_MIB = 32;

const inMiB = (bytes: number): number => Math.floor(bytes / 2 ** 20);

/** Refuses a disk on which a start would end halfway, in numbers. */
export const requireRoom = async (dir: string, neededMiB = NEEDED_MIB): Promise<void> => {
  const { bavail, blocks, bsize } = await statfs(dir);
  // Some file systems do not say how large they are.
  if (blocks === 0 || bavail * bsize >= neededMiB * 2 ** 20) return;
  throw new CannotStart(
    `the disk of ${dir} has ${inMiB(bavail * bsize)} MiB free, and a start needs ${neededMiB} MiB: ` +
      "free some there, or pass --data DIR with a folder of another disk",
  );
};
