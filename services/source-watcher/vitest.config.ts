import { onOneAndThreeServers } from "@evenkeel/testing";
import { defineConfig } from "vitest/config";

// What is not named here is about Git and its hosts: of the bus it asks what run.test.ts asks.
const three = {
  "src/run.test.ts": "uses every flow and store of the service once",
  "src/accept/*.test.ts": "tips and their number are moved by compare-and-set, and were lost or put back",
  "src/anchored/*.test.ts": "questions and answers of appliers may be lost or late",
  "src/store/{quota,remedies,sweep-objects}.test.ts": "stores are full, and three servers reserve and purge otherwise",
};

// eslint-disable-next-line import/no-default-export -- vitest reads the default export
export default defineConfig({ test: { projects: onOneAndThreeServers(three) } });
