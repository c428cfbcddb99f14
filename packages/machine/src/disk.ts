import { readFile, stat } from "node:fs/promises";

/** Files that others put where a process reads them, such as mounted secrets. Its own work is behind the ports that do it. */
export interface Disk {
  /** Throws where it cannot be read. */
  readFile(path: string): Promise<Uint8Array>;
  /** False also where there is nothing. */
  isDirectory(path: string): Promise<boolean>;
}

export const systemDisk: Disk = {
  readFile: (path) => readFile(path),
  isDirectory: (path) =>
    stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    ),
};
