import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The secret by which push events of the fleet repository are signed: made once, kept in the data folder (mode 0600). A
 *  Repository that names `webhook.secretRef: {name: hook, key: token}` takes the same one. */
export const webhookSecretFile = async (dataDir: string): Promise<string> => {
  const folder = join(dataDir, "secrets", "hook");
  const file = join(folder, "token");
  if (existsSync(file)) return file;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, randomBytes(32).toString("hex"), { mode: 0o600 });
  return file;
};
