import { createConnections } from "./connections.ts";
import type { Git } from "./port.ts";
import type { StoreOptions } from "./store-calls.ts";
import { openStore } from "./store.ts";

/** The port by git itself, over connections that stay open between calls and are shared by all stores. */
export const realGit = (how: Pick<StoreOptions, "programs"> = {}): Git => {
  const connections = createConnections();
  return {
    openStore: (dir, settings, signal) => openStore(dir, { ...how, ...settings, connections }, signal),
    [Symbol.dispose]: () => connections[Symbol.dispose](),
  };
};
