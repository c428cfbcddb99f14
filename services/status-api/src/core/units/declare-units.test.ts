import { parseFleet } from "@evenkeel/declarations";
import { describe, expect, test } from "vitest";

import { declareUnits } from "./declare-units.ts";

const text = (kind: string, name: string, spec: string, labels = "{}"): string =>
  `apiVersion: evenkeel.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}, labels: ${labels}}\nspec: ${spec}\n`;
const cluster = (name: string, env: string) =>
  text("Cluster", name, `{connection: {context: ${name}}}`, `{env: ${env}}`);
const application = (name: string, selector: string, more = "", path = `apps/${name}`) =>
  text("Application", name, `{repository: shop, path: "${path}", targets: {clusterSelector: ${selector}}${more}}`);
const rowsOf = (...documents: readonly string[]) => {
  const all = [text("Repository", "shop", '{url: "https://git.example/shop.git"}'), ...documents].join("---\n");
  const { errors, set } = parseFleet([{ path: "all.yaml", bytes: new TextEncoder().encode(all) }]);
  expect(errors).toEqual([]);
  return declareUnits(set.applications, set.clusters);
};
const clusters = [cluster("edge", "edge"), cluster("prod-eu", "prod"), cluster("prod-us", "prod")];

describe("what is declared", () => {
  test.each<readonly [string, readonly string[], readonly string[]]>([
    ["is nothing without an application", clusters, []],
    ["is a unit on every cluster", [...clusters, application("web", "{}")], ["web@edge", "web@prod-eu", "web@prod-us"]],
    [
      "is a unit on every cluster that its selector matches",
      [...clusters, application("web", "{matchLabels: {env: prod}}")],
      ["web@prod-eu", "web@prod-us"],
    ],
    [
      "is a row of its own for an application that no cluster matches",
      [...clusters, application("web", "{matchLabels: {env: x}}")],
      ["web@"],
    ],
    ["is a row of its own where there is no cluster at all", [application("web", "{}")], ["web@"]],
    [
      "is told for each application by itself",
      [...clusters, application("db", "{matchLabels: {env: x}}"), application("web", "{matchLabels: {env: edge}}")],
      ["db@", "web@edge"],
    ],
  ])("%s", (_title, documents, rows) => {
    expect(rowsOf(...documents).map(({ app, cluster: name }) => `${app}@${name}`)).toEqual(rows);
  });

  test.each([
    ["apps/web", "apps/web"],
    [".", ""],
  ])("is read at %s as %j", (path, read) => {
    expect(rowsOf(application("web", "{}", "", path))[0]?.declared).toEqual({ repository: "shop", path: read });
  });

  test.each([
    ["never, where they are left in place", ", deletionPolicy: orphan", undefined],
    ["after the grace of a prune, by default a minute", ", deletionPolicy: delete", 60_000],
    ["after the grace that is declared", ", deletionPolicy: delete, prune: {graceSeconds: 3600}", 3_600_000],
    ["at once, where no grace is declared", ", deletionPolicy: delete, prune: {graceSeconds: 0}", 0],
  ])("deletes its objects once it is removed %s", (_title, more, ms) => {
    expect(rowsOf(application("web", "{}", more))[0]?.declared.deletesAfterMs).toBe(ms);
  });
});
