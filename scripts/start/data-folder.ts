import { readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { stopLeftServer } from "@evenkeel/embedded-nats";
import { makeFolder } from "@evenkeel/service-host";

import { aboutFolder } from "./explain-failure.ts";
import type { StartOptions } from "./options.ts";

/** Another process works on the same state. */
export class FolderInUse extends Error {
  override readonly name = "FolderInUse";
}

/** Where one start keeps its state; disposal gives it free, and removes it if it was a demo's. */
export interface DataFolder extends AsyncDisposable {
  readonly dir: string;
  /** State that survives: asked for, or about clusters that outlive this process. */
  readonly isKept: boolean;
  /** Where the address of the status service is written: the CLI looks for `.evenkeel/server.json` upward. */
  readonly serverFile: string;
  /** From now on the folder stays, for its logs. */
  keep(): void;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const claim = async (pidFile: string): Promise<void> => {
  const pid = Number(await readFile(pidFile, "utf8").catch(() => ""));
  if (pid > 0 && pid !== process.pid && isAlive(pid)) {
    throw new FolderInUse(
      `another npm start (process ${pid}) works in ${resolve(pidFile, "..")}: stop it, or pass --data DIR and --port 0`,
    );
  }
};

/**
 * Opens the folder of this start. With embedded clusters and no `--data` the whole demo is new each time; clusters of
 * yours outlive the process, and so does what Evenkeel knows of them.
 */
export const openDataFolder = async (
  options: Pick<StartOptions, "dataDir" | "kubeconfig">,
  cwd: string,
): Promise<DataFolder> => {
  const home = join(cwd, ".evenkeel");
  const isKept = options.dataDir !== undefined || options.kubeconfig !== undefined;
  const dir = options.dataDir === undefined ? (isKept ? home : join(home, "demo")) : resolve(cwd, options.dataDir);
  const pidFile = join(dir, "pid");
  await claim(pidFile);
  try {
    if (!isKept) {
      // What a killed start left running would be found by nobody once its folder is gone.
      await stopLeftServer(join(dir, "nats"));
      await rm(dir, { recursive: true, force: true });
    }
    await makeFolder(dir);
    await writeFile(pidFile, `${process.pid}\n`);
  } catch (error) {
    if (options.dataDir !== undefined) throw aboutFolder("--data", dir, error);
    throw aboutFolder("the state in", dir, error, "pass --data DIR, a folder where this user may write");
  }
  let stays = isKept;
  return {
    dir,
    isKept,
    serverFile: join(options.dataDir === undefined ? home : dir, "server.json"),
    keep: () => void (stays = true),
    [Symbol.asyncDispose]: () => rm(stays ? pidFile : dir, { recursive: true, force: true }),
  };
};
