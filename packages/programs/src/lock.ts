import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const STALE_AFTER_MS = 30 * 60_000;

/**
 * Holds the lock file at `path` while work runs; waits while another live process holds it.
 * A lock whose owner is gone is taken over. Two takers in the same instant may both proceed: they then do the same
 * work twice, and the atomic rename of the cache keeps the result whole.
 */
export const withLock = async <T>(path: string, work: () => Promise<T>, onWait: () => void = () => {}): Promise<T> => {
  await mkdir(dirname(path), { recursive: true });
  let told = false;
  while (!(await take(path))) {
    if (await isStale(path)) {
      await rm(path, { force: true });
      continue;
    }
    if (!told) onWait();
    told = true;
    await delay(200);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
};

const take = async (path: string): Promise<boolean> => {
  try {
    await writeFile(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
};

const isStale = async (path: string): Promise<boolean> => {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    // Empty for the moment between open and write: only its age counts then.
    if (Date.now() - mtimeMs > STALE_AFTER_MS) return true;
    return text !== "" && !isAlive(Number(text));
  } catch {
    return false; // released meanwhile
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};
