import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { giveWay } from "../give-way.ts";
import { RenderRefused } from "../render-refused.ts";
import { isWithin } from "../source/repo-path.ts";

const BYTES_A_TURN = 1024 * 1024;

/**
 * Writes regular files, mode 0644, below an empty folder of ours; no link is ever made there, and every folder is proved
 * to be where its path says.
 */
export const materialise = async (
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  signal: AbortSignal,
): Promise<void> => {
  const made = new Set<string>();
  let written = 0;
  for (const [path, content] of files) {
    const file = join(folder, path);
    const directory = dirname(file);
    if (!made.has(directory)) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      if (realpathSync(directory) !== directory || !isWithin(directory, folder)) {
        throw new Error(`${path} would be written outside of ${folder}`);
      }
      made.add(directory);
    }
    writeOrRefuse(path, () => writeFileSync(file, content, { flag: "wx", mode: 0o644 }));
    written += content.length;
    if (written < BYTES_A_TURN) continue;
    written = 0;
    await giveWay();
    signal.throwIfAborted();
  }
};

/** A memory file system is soon full. */
const writeOrRefuse = (path: string, write: () => void): void => {
  try {
    write();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOSPC") throw cause;
    const problem = "no room for a copy of the input";
    throw new RenderRefused({ code: "ResourceExhausted", file: path, problem, remedy: "it is tried again" }, { cause });
  }
};
