import { onOneAndThreeServers } from "@evenkeel/testing";
import { defineConfig } from "vitest/config";

// What is not named here writes to clusters, or decides what is written: of the bus it asks what run.test.ts asks.
const three = {
  "src/run.test.ts": "uses every flow and store of the service once",
  "src/partition/*.test.ts": "owners replace each other, and begin from what the one before has stored",
  "src/claims/*.test.ts": "claims are taken in a race",
  "src/plan/inventories.test.ts": "several write one inventory",
  "src/ledger/**/*.test.ts": "each entry goes on from what was stored last; segments are read, sealed and purged",
  "src/prune/killed.test.ts": "an owner is killed between two writes, and the next reads what became of them",
  "src/run/left-open.test.ts": "runs whose end was not stored are closed by who reads that",
  "src/cluster/anchors-told.test.ts": "facts are told again after the bus has lost them",
};

// eslint-disable-next-line import/no-default-export -- vitest reads the default export
export default defineConfig({ test: { projects: onOneAndThreeServers(three) } });
