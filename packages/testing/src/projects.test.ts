import { globSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

interface Config {
  readonly default: {
    readonly test: { readonly projects: readonly { readonly test: { readonly include?: readonly string[] } }[] };
  };
}

test.each(globSync("services/*/vitest.config.ts", { cwd: root }))(
  "%s runs everything on one server, and on three each file that it names is there",
  async (file) => {
    const { projects } = ((await import(join(root, file))) as Config).default.test;
    const [one, three] = projects.map((project) => project.test.include);
    expect(one).toBeUndefined();
    expect(three?.filter((pattern) => globSync(pattern, { cwd: join(root, file, "..") }).length === 0)).toEqual([]);
  },
);
