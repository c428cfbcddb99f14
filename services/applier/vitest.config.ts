import { onOneAndThreeServers } from "@evenkeel/testing";
import { defineConfig } from "vitest/config";

// eslint-disable-next-line import/no-default-export -- vitest reads the default export
export default defineConfig({ test: { projects: onOneAndThreeServers } });
