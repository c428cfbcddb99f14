import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { removeAfterUs } from "./remove-after-us.ts";

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/** A new folder (mode 0700), removed with all it holds on disposal; `inMemory` takes /dev/shm where there is one. */
export const temporaryFolder = async (options: { readonly inMemory?: boolean } = {}): Promise<TemporaryFolder> => {
  const parent = options.inMemory === true && existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const path = await mkdtemp(join(parent, "evenkeel-test-"));
  const guard = options.inMemory === true ? removeAfterUs(path) : undefined; // what is left in memory is lost memory
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
      await guard?.[Symbol.asyncDispose]();
    },
  };
};
