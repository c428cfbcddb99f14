import type { Schema } from "../schema/fragments.ts";
import { notYet } from "../schema/schemas.ts";
import type { DeclarationKind } from "../schema/schemas.ts";

/** One field of a kind, as people read of it. */
export interface FieldRow {
  /** Such as `spec.ignore[].paths`. */
  readonly path: string;
  /** What it takes: `true or false`, `correct, report or hold`, `list of text`. */
  readonly takes: string;
  readonly isRequired: boolean;
  readonly description: string;
  /** It is refused for now, and this is what to do meanwhile. */
  readonly instead: string | undefined;
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

const takesOf = (schema: Schema): string => {
  if (schema.enum !== undefined) return listed(schema.enum);
  if (schema.expects !== undefined && schema.type === "string") return schema.expects;
  switch (schema.type) {
    case "boolean":
      return "true or false";
    case "integer":
      return `a whole number from ${schema.minimum ?? 0} to ${schema.maximum ?? "any"}`;
    case "array":
      return `a list of ${schema.items === undefined ? "anything" : takesOf(schema.items)}`;
    case "object":
      if (schema.expects !== undefined) return schema.expects;
      if (schema.properties !== undefined) return "fields below";
      return schema.additionalProperties === true ? "any fields" : "names with text";
    case "string":
      return "text";
    case undefined:
      return "anything";
    default:
      return schema.type satisfies never;
  }
};

const insteadOf = (kind: DeclarationKind, path: readonly string[]): string | undefined =>
  notYet.find((row) => row.kind === kind && row.values === undefined && row.path.join(".") === path.join("."))?.instead;

/** All fields of a kind, a field before those in it. */
export const fieldRows = (kind: DeclarationKind, schema: Schema): readonly FieldRow[] => {
  const walk = (at: Schema, path: readonly string[]): readonly FieldRow[] => {
    const inside = at.type === "array" ? at.items : at;
    const steps = at.type === "array" ? [...path.slice(0, -1), `${path.at(-1) ?? ""}[]`] : path;
    return Object.entries(inside?.properties ?? {}).flatMap(([name, field]) => {
      const own = [...steps, name];
      const row = {
        path: own.join("."),
        takes: takesOf(field),
        isRequired: inside?.required?.includes(name) ?? false,
        description: field.description ?? "",
        instead: insteadOf(kind, own),
      };
      return row.instead === undefined ? [row, ...walk(field, own)] : [row];
    });
  };
  return walk(schema, []);
};
