import type { Git, OpenGit } from "@evenkeel/git";

import type { GitDisk } from "./git-disk.ts";
import type { GitHosts } from "./git-hosts.ts";
import { SimulatedStore } from "./simulated-store.ts";

/** One watcher's way to Git: its name in faults and calls, and the disk that its stores are on. */
export interface Replica {
  readonly name: string;
  readonly disk: GitDisk;
}

/** What a service is given in place of real git. */
export const simulatedGit =
  (hosts: GitHosts, { name, disk }: Replica): OpenGit =>
  (): Git => ({
    openStore: async (dir, settings, signal) => {
      signal.throwIfAborted();
      disk.open(dir);
      return new SimulatedStore({ hosts, disk, dir, replica: name }, settings);
    },
    [Symbol.dispose]: () => {},
  });
