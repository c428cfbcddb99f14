import type { Json } from "@evenkeel/resource";
import { Ajv } from "ajv";
import type { ErrorObject } from "ajv";

import type { Schema } from "./schema/fragments.ts";
import { schemas } from "./schema/schemas.ts";
import type { DeclarationKind } from "./schema/schemas.ts";
import { didYouMean, suggest } from "./suggest.ts";

/** A fault before its place is known; `key` means that the name of the field is wrong, not its value. */
export interface Fault {
  readonly path: readonly (string | number)[];
  readonly part: "key" | "value";
  readonly message: string;
  readonly remedy: string;
}

const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, strictRequired: false });
ajv.addVocabulary(["expects", "hidden"]);
const validators = new Map(Object.entries(schemas).map(([kind, schema]) => [kind, ajv.compile(schema)]));

/**
 * Every way in which a document of this kind breaks its schema, in the order of the document's fields; each is worded
 * when it is asked for, as there may be very many.
 */
export const checkSchema = (kind: DeclarationKind, document: Json): readonly (() => Fault)[] => {
  const validate = validators.get(kind);
  if (validate === undefined || validate(document)) return [];
  return (validate.errors ?? []).map((error) => () => explain(error));
};

const explain = (error: ErrorObject): Fault => {
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const schema = (error.parentSchema ?? {}) as Schema;
  const params = error.params as Readonly<Record<string, unknown>>;
  const fault = (message: string, remedy: string, at = path, part: Fault["part"] = "value"): Fault => ({
    path: at,
    part,
    message,
    remedy,
  });
  const known = Object.keys(schema.properties ?? {});
  switch (error.keyword) {
    case "additionalProperties": {
      const name = String(params["additionalProperty"]);
      const remedy = didYouMean(name, known, known.length === 0 ? "remove it" : `known fields: ${known.join(", ")}`);
      return fault("unknown field", remedy, [...path, name], "key");
    }
    case "required": {
      const name = String(params["missingProperty"]);
      return fault("is required", `add ${name}${example(schema.properties?.[name])}`, [...path, name]);
    }
    case "enum": {
      const words = schema.enum ?? [];
      const wanted = words.length === 1 ? `"${words[0]}"` : `one of ${words.join(", ")}`;
      return fault(
        `expected ${wanted}, got ${show(error, schema)}`,
        typeof error.data === "string" ? didYouMean(error.data, words, `write ${wanted}`) : `write ${wanted}`,
      );
    }
    case "minProperties":
    case "maxProperties":
      return fault(`expected ${schema.expects ?? "one field"}`, "write one of them");
    default: {
      const wanted = schema.expects ?? wantedBy(error, schema);
      return fault(`expected ${wanted}, got ${show(error, schema)}`, `write ${wanted}`);
    }
  }
};

const example = (schema: Schema | undefined): string => (schema?.expects === undefined ? "" : ` (${schema.expects})`);

const typeWords: Readonly<Record<string, string>> = {
  object: "a mapping",
  array: "a list",
  string: "a text",
  integer: "a whole number",
  boolean: "true or false",
};

const wantedBy = (error: ErrorObject, schema: Schema): string => {
  switch (error.keyword) {
    case "type":
      return typeWords[schema.type ?? ""] ?? String(schema.type);
    case "minLength":
      return "a text that is not empty";
    case "maxLength":
      return `at most ${schema.maxLength} characters`;
    case "minItems":
      return "a list that is not empty";
    case "uniqueItems":
      return "a list without repeats";
    case "minimum":
      return `at least ${schema.minimum}`;
    case "maximum":
      return `at most ${schema.maximum}`;
    default:
      return error.message ?? "another value";
  }
};

/** A text is told only where a known word is near it: a password that strayed into the wrong field is not. */
const show = (error: ErrorObject, schema: Schema): string => {
  const data: unknown = error.data;
  if (schema.hidden === true) return "something else";
  if (data === null) return "nothing";
  if (Array.isArray(data)) return "a list";
  if (typeof data === "object") return "a mapping";
  if (typeof data === "boolean") return `${data}`;
  if (typeof data === "number" || typeof data === "bigint") return "a number";
  if (typeof data !== "string") return "something else";
  if (data === "") return "an empty text";
  const known = schema.enum ?? [];
  const isVersion = known.some((word) => word.includes("/") && data.startsWith(`${word.split("/")[0]}/v`));
  return isVersion || suggest(data, known) !== undefined ? JSON.stringify(data.slice(0, 60)) : "another text";
};
