import { onOneAndThreeServers } from "@evenkeel/testing";
import { configDefaults, defineConfig } from "vitest/config";

// What reads no bus is fed once.
const projects = onOneAndThreeServers.map((project, at) =>
  at === 0
    ? project
    : { ...project, test: { ...project.test, exclude: [...configDefaults.exclude, "**/*.fuzz.test.ts"] } },
);

// eslint-disable-next-line import/no-default-export -- vitest reads the default export
export default defineConfig({ test: { projects } });
