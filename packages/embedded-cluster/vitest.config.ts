import { defineConfig } from "vitest/config";

// Test files of a worker share their modules: what a module keeps (the table of types, compiled schemas) never changes.
// eslint-disable-next-line import/no-default-export -- vitest reads the default export
export default defineConfig({ test: { isolate: false } });
