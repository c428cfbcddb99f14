import { AsyncLocalStorage } from "node:async_hooks";

import { createEmbeddedCluster, openAddress, openOver } from "@evenkeel/embedded-cluster";
import type { ApiHandler, EmbeddedCluster, Reach, StoreEvent } from "@evenkeel/embedded-cluster";
import type { KubeTransport } from "@evenkeel/kube";
import type { Clock } from "@evenkeel/machine";

import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { Wire } from "../process/wire.ts";
import type { Seeded } from "../time/seeded.ts";
import { createTrouble } from "./cluster-trouble.ts";
import type { ClusterTrouble } from "./cluster-trouble.ts";

/** One cluster of the world, and who writes to it. */
export interface WorldCluster {
  readonly name: string;
  /** The one that answers now; another after it was made anew. */
  readonly present: EmbeddedCluster;
  /** Puts another in its place: connections end. */
  replace(next: EmbeddedCluster): void;
  /** As a process reaches it. */
  transportFor(process: SimulatedProcess, wire: Wire): KubeTransport;
  /** Told of each change of the store, with the name of the process whose request made it. */
  onWrite(seen: (event: StoreEvent, by: string | undefined) => void): void;
  /** Whether requests are answered at all. */
  isUp: boolean;
  readonly trouble: ClusterTrouble;
}

/** Whose request is being carried out. */
const author = new AsyncLocalStorage<string>();

export const makeCluster = (name: string, seed: number, clock: Clock): EmbeddedCluster =>
  createEmbeddedCluster({ name, seed, clock });

export const openWorldCluster = (name: string, first: EmbeddedCluster, chance: Seeded): WorldCluster => {
  const trouble = createTrouble(chance, first.clock);
  const listeners: ((event: StoreEvent, by: string | undefined) => void)[] = [];
  let present = first;
  const follow = (cluster: EmbeddedCluster): void =>
    void cluster.store.subscribeAll((event) => {
      if (cluster === present) for (const each of listeners) each(event, author.getStore());
    });
  follow(first);

  const address = openAddress(first);
  /** What one process asks of the cluster: nothing is answered while it is down. */
  const handlerFor =
    (process: SimulatedProcess, handle: ApiHandler): ApiHandler =>
    (request) =>
      world.isUp ? author.run(process.name, () => trouble.around(handle)(request)) : new Promise(() => undefined);
  const world: WorldCluster = {
    name,
    isUp: true,
    trouble,
    get present() {
      return present;
    },
    replace: (next) => {
      present = next;
      follow(next);
      address.leadTo(next);
    },
    transportFor: (process, wire) => {
      const reach: Reach = async (signal) => {
        const line = await address.reach(signal);
        return { ...line, handle: handlerFor(process, line.handle) };
      };
      return openOver(reach, { clock: process.machine.clock, hop: wire, gone: process.killed });
    },
    onWrite: (seen) => void listeners.push(seen),
  };
  return world;
};
