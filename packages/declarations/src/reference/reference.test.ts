import { parseYaml } from "@evenkeel/resource";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";

import { bytes } from "../fleet-texts.fixture.ts";
import { parseFleet } from "../parse-fleet.ts";
import { schemas } from "../schema/schemas.ts";
import type { DeclarationKind } from "../schema/schemas.ts";
import { examples } from "./examples.ts";
import { fieldRows } from "./field-rows.ts";
import { editorSchema } from "./write-reference.ts";

const kinds = Object.keys(schemas) as DeclarationKind[];
const all = kinds.flatMap((kind) => examples[kind]);
const pathsIn = (value: unknown, path: string): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, `${path}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const own = path === "" ? name : `${path}.${name}`;
    return [own, ...pathsIn(inner, own)];
  });
};
const valuesOf = (texts: readonly string[]) =>
  texts.flatMap((text) =>
    parseYaml(bytes(text), { file: "example.yaml", dialect: "api" }).documents.map(({ value }) => value),
  );

describe("the reference", () => {
  test("has examples that are accepted as they stand", () => {
    const { errors } = parseFleet([{ path: "examples.yaml", bytes: bytes(all.join("---\n")) }]);
    expect(errors).toEqual([]);
  });

  test.each(kinds)("says of every field of a %s what it does", (kind) => {
    const silent = fieldRows(kind, schemas[kind]).filter(({ description }) => description === "");
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test.each(kinds.filter((kind) => examples[kind].length > 0))("shows every field of a %s in an example", (kind) => {
    const shown = new Set(valuesOf(examples[kind]).flatMap((value) => pathsIn(value, "")));
    const acted = fieldRows(kind, schemas[kind]).filter(({ instead }) => instead === undefined);
    const isOfNoUseYet = (path: string): boolean => /^spec\.(revision|digest|scope\.(application|cluster))$/.test(path);
    const missing = acted.map(({ path }) => path).filter((path) => !shown.has(path) && !isOfNoUseYet(path));
    expect(missing.filter((path) => kind === "Override" || !path.startsWith("metadata."))).toEqual(
      kind === "Override" ? ["metadata.labels", "metadata.annotations"] : [],
    );
  });

  test("has a schema for editors that takes the examples and refuses a slip", () => {
    const validate = new Ajv({ strict: false }).compile(editorSchema() as object);
    for (const value of valuesOf(all)) expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
    const [first] = valuesOf(examples.Application);
    const slip = { ...(first as object), spec: { ...(first as { readonly spec: object }).spec, prunne: {} } };
    expect(validate(slip)).toBe(false);
  });
});
