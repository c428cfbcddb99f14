import { defineConfig } from "vitest/config";

/**
 * What a simulation of services stands on is the real bus over a simulated server: the suites that are about neither processes, sockets,
 * accounts nor a disk hold on both.
 */
const onSimulated = [
  "src/facts/{in-doubt,publish-and-consume}.test.ts",
  "src/state/{bucket,open-state,signed-values}.test.ts",
  "src/topology/full-streams.test.ts",
];

// eslint-disable-next-line import/no-default-export -- vitest reads the default export
export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: { label: "real", color: "cyan" } } },
      {
        extends: true,
        test: {
          name: { label: "simulated", color: "magenta" },
          include: onSimulated,
          env: { EVENKEEL_TEST_BUS: "simulated" },
        },
      },
    ],
  },
});
