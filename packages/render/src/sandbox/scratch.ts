import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PREFIX = "evenkeel-render-";

/** A private folder on a memory file system, for the folders of single renders. */
export interface Scratch extends Disposable {
  /** A new empty folder, gone with all its content when disposed. */
  readonly fresh: () => Disposable & { readonly path: string };
}

/** Removes what processes that are no more left behind, then makes a folder of its own (mode 0700). */
export const openScratch = (base = memoryFolder()): Scratch => {
  for (const name of readdirSync(base)) if (isLeftOver(name)) removeIfOurs(join(base, name));
  const root = realpathSync(mkdtempSync(join(base, `${PREFIX}${process.pid}-`)));
  let count = 0;
  return {
    fresh: () => {
      const path = join(root, String(++count));
      mkdirSync(path, { mode: 0o700 });
      return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
};

// What another user left behind is not ours to remove, and no reason not to start.
const removeIfOurs = (path: string): void => {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EACCES" && code !== "EPERM" && code !== "ENOTEMPTY") throw error;
  }
};

const memoryFolder = (): string => {
  try {
    accessSync("/dev/shm", constants.W_OK | constants.X_OK);
    return "/dev/shm";
  } catch {
    return tmpdir();
  }
};

const isLeftOver = (name: string): boolean => {
  const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
  if (Number.isNaN(pid) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
};
