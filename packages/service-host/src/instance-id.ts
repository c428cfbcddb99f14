import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { makeFolder } from "./make-folder.ts";

/** The id of this replica, kept in its data directory, so that a restarted process takes its own leases back at once. */
export const instanceId = async (dataDir: string, service: string): Promise<string> => {
  const file = join(dataDir, `${service}.instance`);
  await makeFolder(dataDir);
  try {
    await writeFile(file, `${randomUUID()}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const id = (await readFile(file, "utf8")).trim();
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) throw new Error(`${file} does not hold an instance id; remove it`);
  return id;
};
