import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

const root = dirname(import.meta.dirname);

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const workspaces = globSync("{packages/*,services/*,scripts,test}/package.json", { cwd: root }).map((path) => {
  const folder = dirname(path);
  const {
    name,
    dependencies = {},
    devDependencies = {},
  } = JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest;
  const files = globSync("**/*.ts", { cwd: join(root, folder), exclude: (name) => name === "node_modules" });
  const imported = new Set(
    files.flatMap((file) =>
      [
        ...readFileSync(join(root, folder, file), "utf8").matchAll(
          /(?:from|import|import\(|resolve\()\s*"(?<name>(?:@[\w.-]+\/)?[\w.-]+)/g,
        ),
      ].map(({ groups }) => groups?.["name"] ?? ""),
    ),
  );
  return { name, dependencies: Object.keys(dependencies), devDependencies: Object.keys(devDependencies), imported };
});

describe("the dependencies of a workspace", () => {
  it("are looked at", () => expect(workspaces.length).toBeGreaterThan(25));

  it.each(workspaces)("are imported by $name", ({ dependencies, devDependencies, imported }) => {
    expect([...dependencies, ...devDependencies].filter((name) => !imported.has(name))).toEqual([]);
  });
});
