import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { toolForTests } from "./testing/programs.ts";
import { openRenderHost, render } from "./index.ts";
import type { RenderHost, RenderSpec } from "./index.ts";
import { gitTrees } from "./testing/git-tree.ts";
import type { GitTrees } from "./testing/git-tree.ts";

let git: GitTrees;
let host: RenderHost;
beforeAll(async () => {
  const [kustomize, helm] = await Promise.all([toolForTests("kustomize"), toolForTests("helm")]);
  git = gitTrees();
  host = await openRenderHost({ tools: { kustomize, helm } });
}, 300_000);
afterAll(async () => {
  git[Symbol.dispose]();
  await host[Symbol.asyncDispose]();
});

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
const build = async (tree: string, spec: RenderSpec, path = ".") => {
  const signal = AbortSignal.timeout(60_000);
  const before = process.memoryUsage.rss();
  const result = await render({ tree, path, spec }, git.source, host, signal);
  expect(process.memoryUsage.rss() - before).toBeLessThan(300 * 1024 * 1024);
  return result;
};
const release = { releaseName: "web", namespace: "shop" };

describe("an application whose directories hold each other", () => {
  it.each([
    ["plain files", { kind: "plain" }, { "a.yaml": configMap }],
    ["a chart", { kind: "helm", helm: release }, { "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n" }],
  ] as const)("is refused with a path, as %s nested nine times under ten names", async (_, spec, files) => {
    const nested = git.nest(git.write(files), 9, 10);
    const result = await build(nested, spec.kind === "helm" ? { kind: "plain" } : spec);
    expect(result).toMatchObject({
      outcome: "refused",
      code: "LimitExceeded",
      problem: "over 50000 tree entries",
      file: expect.stringMatching(/^d9\/d9/),
    });
  });

  it.each([
    ["deep", 400, "d0"],
    ["long", 10, "x".repeat(250)],
  ])("is refused with a path where that is too %s", async (_, levels, name) => {
    let tree = git.write({ "a.yaml": configMap });
    if (name === "d0") tree = git.nest(tree, levels, 1);
    else tree = git.write({ [`${Array.from({ length: levels }, () => name).join("/")}/a.yaml`]: configMap });
    const result = await build(tree, { kind: "plain" });
    expect(result).toMatchObject({
      outcome: "refused",
      code: "LimitExceeded",
      problem: "a path of over 100 levels or 1024 bytes",
    });
  });

  it("is refused where a name is longer than a file system takes", async () => {
    const result = await build(git.write({ [`${"x".repeat(100_000)}.yaml`]: configMap }), { kind: "plain" });
    expect(result).toMatchObject({ outcome: "refused", code: "NameForbidden" });
    expect((result as { message: string }).message.length).toBeLessThan(500);
  });

  it.each([
    ["itself", { "a.yaml": { link: "a.yaml" } }],
    ["another that leads back", { "a.yaml": { link: "b.yaml" }, "b.yaml": { link: "a.yaml" } }],
    ["its own directory", { "d/a.yaml": { link: "../d" } }],
  ])("is refused where a link leads to %s", async (_, files) => {
    expect(await build(git.write(files), { kind: "plain" })).toMatchObject({
      outcome: "refused",
      code: "TreeEntryForbidden",
    });
  });
});
