import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import type { BusConfig } from "../bus-config.ts";
import type { Bus, Lease, ShardWork } from "../port.ts";

// For the tests of this package only: holders of shards, in this process and in others.

/** Holds shards until `end`; `ended` rejects if it cannot go on. */
export const hold = (bus: Bus, shards: readonly string[], capability?: ShardWork["capability"]) => {
  const held = new Map<string, Lease>();
  const stop = new AbortController();
  const run = async (lease: Lease, signal: AbortSignal): Promise<void> => {
    held.set(lease.shard, lease);
    const over = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => over.resolve(), { once: true });
    await over.promise;
    held.delete(lease.shard);
  };
  const ended = bus.holdShards({ shards, run, ...(capability === undefined ? {} : { capability }) }, stop.signal);
  ended.catch(() => {});
  return {
    held,
    ended,
    end: async () => {
      stop.abort();
      await ended;
    },
  };
};

/** A process of its own that holds shards until it is killed; resolves once it holds one, to its epoch. */
export const holdElsewhere = async (config: BusConfig, shards: readonly string[]) => {
  const file = join(import.meta.dirname, "../testdata/hold-a-shard.ts");
  const child = spawn(process.execPath, [file, JSON.stringify(config), ...shards], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return {
    epoch: BigInt(line.toString().trim().split("\n")[0] ?? "0"),
    signal: (name: NodeJS.Signals) => child.kill(name),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
};
