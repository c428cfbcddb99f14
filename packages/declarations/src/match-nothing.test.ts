import { describe, expect, test } from "vitest";

import { formatDeclarationError } from "./declaration-error.ts";
import { parseFleet } from "./parse-fleet.ts";

const head = "apiVersion: evenkeel.dev/v1alpha1\nkind:";
const cluster = (name: string, labels: string): string =>
  `${head} Cluster\nmetadata: {name: ${name}, labels: {${labels}}}\nspec: {connection: {context: ${name}}}\n`;
const repository = (ref = ""): string =>
  `${head} Repository\nmetadata: {name: shop}\nspec: {url: "https://git.example.org/shop.git"${ref}}\n`;
const application = (selector: string): string =>
  `${head} Application\nmetadata: {name: web}\nspec:\n  repository: shop\n  path: web\n  targets:\n    clusterSelector: ${selector}\n`;
const temporary = "reason: r, owner: o, expiresAt: 2099-01-01T00:00:00Z";
const commits = `from: ${"a".repeat(40)}, to: ${"b".repeat(40)}`;
const override = (gitRef: string): string =>
  `${head} Override\nmetadata: {name: once}\nspec: {what: acceptRewrite, scope: {repository: shop, gitRef: ${gitRef}, ${commits}}, ${temporary}}\n`;
const approval = (unit: string): string =>
  `${head} Approval\nmetadata: {name: once}\nspec: {unit: ${unit}, planDigest: "${"9".repeat(64)}", ${temporary}}\n`;
const clusters = [cluster("eu", "env: prod, region: eu"), cluster("us", "env: test, region: us")];

const warned = (...documents: readonly string[]): readonly string[] => {
  const { errors, warnings } = parseFleet([{ path: "f.yaml", bytes: Buffer.from(documents.join("---\n")) }]);
  expect(errors).toEqual([]);
  return warnings().map((one) => formatDeclarationError(one).replace(/^f\.yaml:\d+:\d+: /, ""));
};

describe("what matches nothing", () => {
  const at = "spec.targets.clusterSelector";
  test.each<readonly [title: string, selector: string, warning: string | undefined]>([
    ["every Cluster", "{}", undefined],
    ["a label that one has", "{matchLabels: {env: prod}}", undefined],
    [
      "a mistyped value",
      "{matchLabels: {env: prdo}}",
      `${at}.matchLabels.env: matches no declared Cluster: none has env=prdo; did you mean "prod"?`,
    ],
    [
      "a mistyped label",
      "{matchLabels: {regoin: eu}}",
      `${at}.matchLabels.regoin: matches no declared Cluster: none has regoin=eu; did you mean "region"?`,
    ],
    [
      "a label that is near nothing",
      "{matchLabels: {tier: gold}}",
      `${at}.matchLabels.tier: matches no declared Cluster: none has tier=gold; label a Cluster with it, or change the selector`,
    ],
    [
      "values that none has",
      "{matchExpressions: [{key: env, operator: In, values: [stage, dev]}]}",
      `${at}.matchExpressions[0]: matches no declared Cluster: none has env In stage, dev; label a Cluster with it, or change the selector`,
    ],
    [
      "the absence of what all have",
      "{matchExpressions: [{key: env, operator: DoesNotExist}]}",
      `${at}.matchExpressions[0]: matches no declared Cluster: none has env DoesNotExist; label a Cluster with it, or change the selector`,
    ],
    [
      "labels that no one has together",
      "{matchLabels: {env: prod, region: us}}",
      `${at}: matches no declared Cluster: none meets all of it; label a Cluster, or change the selector`,
    ],
  ])("a selector of %s", (_title, selector, warning) => {
    expect(warned(...clusters, repository(), application(selector))).toEqual(warning === undefined ? [] : [warning]);
  });

  test.each([
    ["the label that was meant", "{matchLabels: {env: prod}}", clusters],
    ["a Cluster that is labelled", "{matchLabels: {tier: gold}}", [...clusters, cluster("new", "tier: gold")]],
    ["a Cluster that has all", "{matchLabels: {env: prod, region: us}}", [cluster("us", "env: prod, region: us")]],
    ["a Cluster that is declared", "{}", [cluster("first", "")]],
  ])("is told no more with %s", (_title, selector, declared) => {
    expect(warned(...declared, repository(), application(selector))).toEqual([]);
  });

  test("a fleet without a Cluster", () => {
    expect(warned(repository(), application("{matchLabels: {env: prod}}"))).toEqual([
      `${at}: no Cluster is declared; declare one`,
    ]);
  });

  test.each<readonly [string, string, string, readonly string[]]>([
    ["of the branch that is followed", ", ref: {branch: main}", "refs/heads/main", []],
    ["of a branch that may be", "", "refs/heads/main", []],
    [
      "of another branch",
      ", ref: {branch: main}",
      "refs/heads/mian",
      [
        "spec.scope.gitRef: Repository shop does not follow this: it follows refs/heads/main; write refs/heads/main, or remove this",
      ],
    ],
  ])("an Override %s", (_title, ref, gitRef, warnings) => {
    expect(warned(...clusters, repository(ref), application("{}"), override(gitRef))).toEqual(warnings);
  });

  test.each<readonly [string, string, number]>([
    ["of a unit", "web@eu", 0],
    ["of an Application that is not there", "wbe@eu", 1],
    ["of a Cluster that it is not deployed to", "web@us", 1],
  ])("an Approval %s", (_title, unit, count) => {
    const found = warned(...clusters, repository(), application("{matchLabels: {env: prod}}"), approval(unit));
    expect(found).toHaveLength(count);
    for (const one of found) expect(one).toContain("spec.unit: no Application");
  });
});

test.each([
  ["Deployment", []],
  ["deployment", ["spec.ignore[0].selector.kind: matches no object: kinds begin with a capital; write Deployment"]],
])("a kind that fields are left to others of: %s", (kind, wanted) => {
  const rule = `  ignore: [{selector: {kind: ${kind}}, paths: [spec.replicas]}]\n`;
  expect(warned(...clusters, repository(), `${application("{}")}${rule}`)).toEqual(wanted);
});
