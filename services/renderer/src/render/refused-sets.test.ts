import type { DesiredStateChanged, RenderFailed } from "@evenkeel/contracts";
import { makeRepository } from "@evenkeel/testing";
import { expect, it } from "vitest";

import { configMap, fleetOf } from "../story/fleet.fixture.ts";
import { startRenderer, types } from "../story/start-renderer.fixture.ts";

const declare = (apps: readonly string[], more: string) => {
  const fleet = fleetOf(apps);
  return { ...fleet, "apps.yaml": fleet["apps.yaml"].replaceAll("targets:", `${more}, targets:`) };
};

it("refuses a set of nothing, says why, and takes it where it is declared", { timeout: 60_000 }, async () => {
  await using renderer = await startRenderer();
  await using repository = await makeRepository({
    "apps/a/config.yaml": "# all gone\n",
    "apps/b/main.jsonnet": "{}\n",
    "apps/c/README.md": "nothing here\n",
  });
  const { watcher, published } = renderer;
  await watcher.declare(fleetOf(["a", "b", "c"]));
  await watcher.tell("web", repository);
  const reasonFor = async (app: string) =>
    (await published.until<RenderFailed>(types.failed, ({ unit }) => unit?.app === app)).fact.reason;
  expect(await reasonFor("a")).toMatchObject({
    code: "EmptyDesired",
    message: "apps/a/config.yaml: the file holds no object",
  });
  expect(await reasonFor("b")).toMatchObject({
    code: "FeatureDisabled",
    message: expect.stringMatching(/^apps\/b\/main.jsonnet: /),
  });
  expect(await reasonFor("c")).toMatchObject({
    code: "EmptyDesired",
    message: "apps/c: no *.yaml, *.yml or *.json here",
    remedy: "correct spec.path or the globs, or declare prune.allowEmpty: true if the application is meant to be empty",
  });
  expect(published.all(types.desired)).toEqual([]);

  await watcher.declare(declare(["a", "b", "c"], "prune: {allowEmpty: true}"));
  for (const app of ["a", "b", "c"]) {
    const { fact } = await published.until<DesiredStateChanged>(types.desired, ({ unit }) => unit?.app === app);
    expect(fact).toMatchObject({ empty: true, objectCount: 0 });
  }
});

it("refuses two objects that the default namespace makes one, with both places", { timeout: 60_000 }, async () => {
  await using renderer = await startRenderer();
  await using repository = await makeRepository({
    "apps/a/one.yaml": configMap("same", "1"),
    "apps/a/two.yaml": configMap("same", "2").replace(", namespace: shop", ""),
  });
  const { watcher, published } = renderer;
  await watcher.declare(declare(["a"], "namespace: shop"));
  await watcher.tell("web", repository);
  const { fact } = await published.until<RenderFailed>(types.failed, ({ unit }) => unit?.app === "a");
  expect(fact.reason).toMatchObject({
    code: "DuplicateObject",
    message:
      "apps/a/two.yaml:1: ConfigMap shop/same is written twice: without its namespace here, with it in apps/a/one.yaml:1",
  });
  await watcher.declare(declare(["a"], "namespace: other, allowedNamespaces: [shop]"));
  await published.until<DesiredStateChanged>(types.desired, ({ objectCount }) => objectCount === 2);
});
