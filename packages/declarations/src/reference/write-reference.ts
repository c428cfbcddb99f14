import type { Json } from "@evenkeel/resource";

import type { Schema } from "../schema/fragments.ts";
import { notYet, schemas } from "../schema/schemas.ts";
import type { DeclarationKind } from "../schema/schemas.ts";
import { examples } from "./examples.ts";
import { fieldRows } from "./field-rows.ts";
import type { FieldRow } from "./field-rows.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|");

const rowText = ({ description, instead, isRequired, path, takes }: FieldRow): string => {
  const what = instead === undefined ? description : `${description} **Not supported yet**: ${instead}.`;
  return `| \`${path}\`${isRequired ? " \\*" : ""} | ${cell(takes)} | ${cell(what)} |`;
};

const sectionOf = (kind: DeclarationKind, schema: Schema): string => {
  const whole = notYet.find((row) => row.kind === kind && row.path.length === 0);
  const values = notYet.filter((row) => row.kind === kind && row.values !== undefined);
  return [
    `## ${kind}`,
    schema.description ?? "",
    ...(whole === undefined ? [] : [`**Not supported yet**: ${whole.instead}.`]),
    ...values.map(
      (row) => `\`${row.path.join(".")}\`: ${row.values?.join(", ")} are **not supported yet**: ${row.instead}.`,
    ),
    "| field | takes | what it does |\n|---|---|---|\n" + fieldRows(kind, schema).map(rowText).join("\n"),
    ...examples[kind].map((example) => `\`\`\`yaml\n${example}\`\`\``),
  ].join("\n\n");
};

/** The reference of all declarations as Markdown, made from the schemas that the validator checks. */
export const declarationReference = (): string =>
  [
    "# Declarations",
    "Everything that a fleet repository may hold. Made from the schemas by `npm run reference`; a field with \\* is required. " +
      "An unknown field is an error that names file, line and path: `npx evenkeel validate DIR`.",
    "Editors complete and check these files by [declarations.schema.json](declarations.schema.json); with the YAML language " +
      "server, for one, by a first line `# yaml-language-server: $schema=<path or URL of that file>`.",
    ...Object.entries(schemas).map(([kind, schema]) => sectionOf(kind as DeclarationKind, schema)),
  ].join("\n\n") + "\n";

/** `expects` and `hidden` are words of ours that no editor knows. */
const plain = (schema: Schema): Json =>
  Object.fromEntries(
    Object.entries(schema)
      .filter(([name]) => name !== "expects" && name !== "hidden")
      .map(([name, value]) => {
        if (name === "properties") {
          const fields = Object.entries(value as Readonly<Record<string, Schema>>);
          return [name, Object.fromEntries(fields.map(([field, inner]) => [field, plain(inner)]))];
        }
        const isSchema = name === "items" || (name === "additionalProperties" && typeof value === "object");
        return [name, isSchema ? plain(value as Schema) : (value as Json)];
      }),
  );

/** One JSON Schema for editors: a document is of the kind that it names. */
export const editorSchema = (): Json => ({
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Evenkeel declaration",
  type: "object",
  required: ["apiVersion", "kind", "metadata", "spec"],
  properties: { kind: { type: "string", enum: Object.keys(schemas) } },
  oneOf: Object.values(schemas).map(plain),
});
