import { appUid, parseFleet, stampSeq } from "@evenkeel/declarations";
import type { DeclarationSet } from "@evenkeel/declarations";
import { describe, expect, test } from "vitest";

import { applicationDigest, listUnits } from "./list-units.ts";
import { toRenderRequest } from "./to-render-request.ts";

const text = (kind: string, name: string, spec: string, labels = "{}"): string =>
  `apiVersion: evenkeel.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}, labels: ${labels}}\nspec: ${spec}\n`;
const repository = (name: string) => text("Repository", name, `{url: "https://git.example/${name}.git"}`);
const cluster = (name: string, labels = "{env: prod}", context = name) =>
  text("Cluster", name, `{connection: {context: ${context}}}`, labels);
const application = (name: string, more = "", selector = "{}", source = "shop") =>
  text(
    "Application",
    name,
    `{repository: ${source}, path: apps/${name}, targets: {clusterSelector: ${selector}}${more}}`,
  );
const setOf = (...documents: readonly string[]): DeclarationSet => {
  const bytes = new TextEncoder().encode(documents.join("---\n"));
  const { errors, set } = parseFleet([{ path: "all.yaml", bytes }]);
  expect(errors).toEqual([]);
  return stampSeq(set, undefined, 7);
};
const base = [repository("shop"), cluster("prod-eu"), cluster("prod-us")];
const unitsOf = (set: DeclarationSet, source = "shop") =>
  (listUnits(set, "i").bySource.get(source) ?? []).map(({ unit }) => `${unit.app}@${unit.cluster}`);

describe("the units of a declaration set", () => {
  test.each<readonly [string, readonly string[], readonly string[]]>([
    ["are none without an application", base, []],
    ["are an application on each cluster", [...base, application("web")], ["web@prod-eu", "web@prod-us"]],
    [
      "are an application on each cluster that its selector matches",
      [...base, cluster("edge", "{env: edge}"), application("web", "", "{matchLabels: {env: edge}}")],
      ["web@edge"],
    ],
    [
      "are none of an application that no cluster matches",
      [...base, application("web", "", "{matchLabels: {env: x}}")],
      [],
    ],
    [
      "are told by source, whoever else has applications",
      [...base, repository("base"), application("web"), application("db", "", "{}", "base")],
      ["web@prod-eu", "web@prod-us"],
    ],
  ])("%s", (_title, documents, units) => expect(unitsOf(setOf(...documents))).toEqual(units));

  test("name every source and application, also what makes no unit", () => {
    const units = listUnits(setOf(...base, repository("idle"), application("web", "", "{matchLabels: {env: x}}")), "i");
    expect(units.repositories.toSorted()).toEqual(["idle", "shop"]);
    expect([...units.applications.keys()]).toEqual(["web"]);
    expect(units.digests.size).toBe(0);
  });

  test("keep their uid through a change of name, and have another in another installation", () => {
    const uidOf = (name: string, installation: string) =>
      listUnits(setOf(...base, application(name, ", id: first")), installation).bySource.get("shop")?.[0]?.unit.appUid;
    expect(uidOf("renamed", "i")).toBe(uidOf("first", "i"));
    expect(uidOf("first", "other")).not.toBe(uidOf("first", "i"));
    expect(uidOf("first", "i")).toBe(appUid("i", "first"));
  });

  test.each([
    ["apps/web", "apps/web"],
    [".", ""],
  ])("are read at %s as %j, from the root of their source", (path, read) => {
    const spec = `{repository: shop, path: "${path}", targets: {clusterSelector: {}}}`;
    const [first] = listUnits(setOf(...base, text("Application", "web", spec)), "i").bySource.get("shop") ?? [];
    expect([first?.path, first?.placement]).toEqual([read, 7n]);
  });
});

describe("what a unit is declared by", () => {
  const digestsOf = (set: DeclarationSet) => Object.fromEntries(listUnits(set, "i").digests);
  const before = digestsOf(setOf(...base, application("web"), application("db")));
  const changed = (set: DeclarationSet): readonly string[] => {
    const now = digestsOf(set);
    return Object.keys({ ...before, ...now })
      .filter((unit) => before[unit] !== now[unit])
      .toSorted();
  };

  test.each<readonly [string, readonly string[], readonly string[]]>([
    ["is the same for the same declarations, in any order", [application("db"), application("web"), ...base], []],
    [
      "changes on all its clusters with its application, and for no other",
      [...base, application("web", ", drift: report"), application("db")],
      ["prod-eu/web", "prod-us/web"],
    ],
    [
      "changes for all applications of a cluster with that cluster",
      [
        repository("shop"),
        cluster("prod-eu"),
        cluster("prod-us", "{env: prod}", "moved"),
        application("web"),
        application("db"),
      ],
      ["prod-us/db", "prod-us/web"],
    ],
    [
      "does not change with a label that chooses the same clusters",
      [
        repository("shop"),
        cluster("prod-eu"),
        cluster("prod-us", "{env: prod, tier: a}"),
        application("web"),
        application("db"),
      ],
      [],
    ],
    ["does not change with another source", [...base, repository("base"), application("web"), application("db")], []],
  ])("%s", (_title, documents, units) => expect(changed(setOf(...documents))).toEqual(units));

  test("changes with the number of its cluster's declaration: by that a unit is placed", () => {
    const set = setOf(...base, application("web"), application("db"));
    expect(changed({ ...set, clusters: set.clusters.map((each) => ({ ...each, changedAt: 8 })) })).toHaveLength(4);
  });
});

describe("what is rendered for an application", () => {
  const [web] = setOf(...base, application("web", ", render: {kind: helm}")).applications;
  if (web === undefined) throw new Error("it is declared");

  test("is one tree, one path and how to read it, within one source: all its clusters share it", () => {
    expect(toRenderRequest(web, "tree-1")).toEqual({
      tree: "tree-1",
      path: "apps/web",
      spec: web.spec.render,
      scope: "shop",
    });
  });

  test("does not change with what only says what becomes of it", () => {
    const reported = { ...web, spec: { ...web.spec, drift: "report" as const }, changedAt: 9 };
    expect(toRenderRequest(reported, "tree-1")).toEqual(toRenderRequest(web, "tree-1"));
    expect(applicationDigest(reported)).not.toBe(applicationDigest(web));
    expect(applicationDigest({ ...web, changedAt: 9 })).toBe(applicationDigest(web));
  });
});
