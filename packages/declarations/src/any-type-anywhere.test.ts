import { isObject, parseYaml } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";
import { describe, expect, it, test } from "vitest";

import { declarationSetJson, readDeclarationSet } from "./declaration-set.ts";
import { application, bytes, cluster, docs, fleet, good, repository } from "./fleet-texts.fixture.ts";
import { parseFleet } from "./parse-fleet.ts";
import type { Schema } from "./schema/fragments.ts";
import { schemas } from "./schema/schemas.ts";

type Path = readonly string[];

/** Every field of a schema, its containers included; a list stands for its items by "0". */
const pathsOf = (schema: Schema, at: Path = []): readonly Path[] => [
  at,
  ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => pathsOf(inner, [...at, name])),
  ...(schema.items === undefined ? [] : pathsOf(schema.items, [...at, "0"])),
  ...(typeof schema.additionalProperties === "object" ? pathsOf(schema.additionalProperties, [...at, "any"]) : []),
];

/** YAML of each type that a value can have, with the forms that stumble a program. */
const values: readonly string[] = [
  "null",
  "true",
  "0",
  "-1",
  "1.5",
  "1e300",
  "9223372036854775807",
  '""',
  '"x"',
  '"99999999999999999999d"',
  '"2026-99-99T99:99:99Z"',
  `"${"a/".repeat(3_000)}"`,
  "[]",
  '["a", "a"]',
  "[null, true, 1]",
  "[[[]]]",
  "[{a: b}, {a: b}]",
  "{}",
  "{a: b}",
  '{"": ""}',
  "{constructor: 1, toString: 2, valueOf: 3, length: 4, hasOwnProperty: 5, then: 6}",
  "{a: {b: {c: [1, {d: e}]}}}",
];

const withValue = (path: Path, value: string): string => {
  const inner = path.toReversed().reduce((text, name) => (name === "0" ? `[${text}]` : `{${name}: ${text}}`), value);
  return inner;
};

const base = { apiVersion: "evenkeel.dev/v1alpha1", metadata: { name: "odd" } };
const merge = (one: Json, other: Json): Json =>
  isObject(one) && isObject(other)
    ? Object.fromEntries(
        [...Object.keys(one), ...Object.keys(other)].map((key) => {
          const [left, right] = [one[key], other[key]];
          return [key, left === undefined ? (right ?? null) : right === undefined ? left : merge(left, right)] as const;
        }),
      )
    : other;
const show = (value: Json): string =>
  JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? `${one}` : one));

/** Specs that are right, so that a fault can only be where it was put. */
const specs: { readonly [kind: string]: Json } = {
  Repository: { url: "https://h/x.git" },
  Cluster: { connection: { context: "odd" } },
  Application: { repository: "shop", path: "x", targets: { clusterSelector: {} } },
  Override: { what: "acceptRewrite", scope: { repository: "shop" }, reason: "a", owner: "b" },
  Approval: { unit: "web@prod-eu", reason: "a", owner: "b" },
  Alert: { sinks: [] },
};

const neighbours = good["all.yaml"];
const others = ["Repository/shop", "Cluster/prod-eu", "Application/web"];
const namesOf = ({ set }: ReturnType<typeof fleet>): readonly string[] =>
  [...set.repositories, ...set.clusters, ...set.applications].map(({ kind, metadata }) => `${kind}/${metadata.name}`);

describe.each(Object.entries(schemas))("%s with any type at any field", (kind, schema) => {
  it.each(pathsOf(schema).map((path) => ({ path, name: path.join(".") || "the document" })))(
    "faults only itself, at $name",
    ({ path }) => {
      for (const value of values) {
        const [document] = parseYaml(bytes(withValue(path, value)), { file: "x", dialect: "api" }).documents;
        const odd = show(merge({ ...base, kind, spec: specs[kind] ?? {} }, document?.value ?? null));
        const read = fleet({ "all.yaml": neighbours, "odd.yaml": odd });
        expect(namesOf(read), odd).toEqual(expect.arrayContaining(others));
        expect(new Set(read.errors.map(({ file }) => file)), odd).toEqual(
          new Set(read.errors.length > 0 ? ["odd.yaml"] : []),
        );
        expect(
          read.errors.every(({ message, remedy }) => message !== "" && remedy !== ""),
          odd,
        ).toBe(true);
        expect(read.errors.map(({ message }) => message).join(), odd).not.toContain("cannot be checked");
        expect(readDeclarationSet(bytes(declarationSetJson(read.set))), odd).toEqual(read.set);
      }
    },
  );
});

test.each([
  ["spec.drift: {a: b}", application().replace("spec:\n", "spec:\n  drift: {a: b}\n"), "spec.drift"],
  [
    "apiVersion: {a: b}",
    repository("odd").replace("apiVersion: evenkeel.dev/v1alpha1", "apiVersion: {a: b}"),
    "apiVersion",
  ],
  ["kind: {a: b}", repository("odd").replace("kind: Repository", "kind: {a: b}"), "kind"],
  ["an interval beyond all numbers", repository("odd", `  interval: ${"9".repeat(30)}d\n`), "spec.interval"],
  [
    "maps where names belong, twice",
    application("odd", "  allowedNamespaces: [{a: b}, {a: b}]\n"),
    "spec.allowedNamespaces[0]",
  ],
])("%s is a fault with file, place and remedy, and the next document is taken", (_name, odd, path) => {
  const read = fleet({ "all.yaml": docs(repository(), cluster()), "odd.yaml": docs(odd, application("next")) });
  expect(read.errors[0]).toMatchObject({ file: "odd.yaml", path, line: expect.any(Number) });
  expect(namesOf(read)).toContain("Application/next");
});

test("a document that was accepted stands while its newer form is odd", () => {
  const before = fleet(good);
  const odd = docs(repository(), cluster(), application("web", "  drift: {a: b}\n"));
  const read = parseFleet([{ path: "all.yaml", bytes: bytes(odd) }], { previous: before.set });
  expect(read.held).toEqual(["Application/web"]);
  expect(read.set).toEqual(before.set);
});
