import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { declarationReference, editorSchema } from "@evenkeel/declarations";
import { expect, test } from "vitest";

const docs = join(dirname(import.meta.dirname), "docs");

test("the reference of declarations is as the schemas are (npm run reference)", async () => {
  expect(await readFile(join(docs, "declarations.md"), "utf8")).toBe(declarationReference());
  expect(JSON.parse(await readFile(join(docs, "declarations.schema.json"), "utf8"))).toEqual(editorSchema());
});
