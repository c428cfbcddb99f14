import { defineConfig } from "vitest/config";

// Watch mode and editors only: `npm test` runs vitest once a package, through turbo.
// eslint-disable-next-line import/no-default-export -- vitest reads the default export
export default defineConfig({ test: { projects: ["packages/*", "services/*", "test"] } });
