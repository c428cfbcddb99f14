import { isMap, type Value, type ValueMap } from "../json.ts";
import type { Correlation } from "./correlation.ts";
import type { CustomSchema } from "./custom-schema.ts";
import { type Finding, Result } from "./finding.ts";
import { validateEnum } from "./validate-enum.ts";
import { validateNumber } from "./validate-number.ts";
import { invalidText, validateFormat, validateText } from "./validate-text.ts";
import { validateType } from "./validate-type.ts";

/**
 * Validates a value as kube-openapi does, with its findings, texts and order. `path` is "" at the root. With `old` (update) what
 * did not change is not held against the value (ratcheting), down to where values no longer correlate.
 */
export const validateValue = (value: Value, schema: CustomSchema, path: string, old?: Correlation): Result => {
  const result = validateAll(value, schema, path, old);
  if (!result.valid && old?.unchanged() === true) result.forgive();
  return result;
};

const validateAll = (value: Value, schema: CustomSchema, path: string, old: Correlation | undefined): Result => {
  const result = new Result();
  if (value === null) {
    result.merge(validateType(null, schema, path));
    result.merge(validateEnum(null, schema, path));
    return result;
  }
  const apply = (part: Result): void => {
    result.merge(part);
    result.score += 1;
  };
  if (schema.types.length > 0 || schema.format !== "") apply(validateType(value, schema, path));
  apply(validateAlternatives(value, schema, path));
  if (typeof value === "string") {
    apply(validateText(value, schema, path));
    if (schema.format !== "") apply(validateFormat(value, schema, path));
  }
  if (typeof value === "number" || typeof value === "bigint") apply(validateNumber(value, schema, path));
  if (Array.isArray(value)) apply(validateList(value, schema, path, old));
  apply(validateEnum(value, schema, path));
  if (isMap(value)) apply(validateObject(value, schema, path, old));
  result.score += 1;
  return result;
};

const tooMany = (path: string, count: number, limit: number, text: string): Finding => ({
  type: "FieldValueTooMany",
  name: path,
  value: count,
  text,
  detail: `must have at most ${limit} item${limit === 1 ? "" : "s"}`,
});

const validateList = (
  list: readonly Value[],
  schema: CustomSchema,
  path: string,
  old: Correlation | undefined,
): Result => {
  const result = new Result();
  const { items, limits } = schema;
  if (items !== undefined)
    for (const [index, item] of list.entries())
      result.merge(validateValue(item, items, `${path}[${index}]`, old?.index(index)));
  if (limits.minItems !== undefined && list.length < limits.minItems)
    result.add(invalidText(path, list.length, `should have at least ${limits.minItems} items`));
  if (limits.maxItems !== undefined && list.length > limits.maxItems)
    result.add(
      tooMany(path, list.length, limits.maxItems, `${path} in body should have at most ${limits.maxItems} items`),
    );
  result.score += 1;
  return result;
};

const validateObject = (object: ValueMap, schema: CustomSchema, path: string, old: Correlation | undefined): Result => {
  const result = new Result();
  const { limits, properties, additional } = schema;
  const keys = Object.keys(object);
  if (limits.minProperties !== undefined && keys.length < limits.minProperties)
    result.add(invalidText(path, keys.length, `should have at least ${limits.minProperties} properties`));
  if (limits.maxProperties !== undefined && keys.length > limits.maxProperties)
    result.add(
      tooMany(
        path,
        keys.length,
        limits.maxProperties,
        `${path} in body should have at most ${limits.maxProperties} properties`,
      ),
    );
  // The root's own kind and apiVersion are never ratcheted: old and new were read at the same version.
  const correlated = (key: string): Correlation | undefined =>
    path === "" && (key === "kind" || key === "apiVersion") ? undefined : old?.key(key);
  for (const key of keys.toSorted()) {
    if (properties.has(key)) continue;
    if (additional?.schema !== undefined)
      result.merge(validateValue(object[key] ?? null, additional.schema, `${path}.${key}`, correlated(key)));
    else if (additional?.allows === false)
      result.add({
        type: "FieldValueInvalid",
        name: path,
        value: key,
        text: `${path}.${key} in body is a forbidden property`,
      });
  }
  for (const [name, property] of properties)
    if (name in object)
      result.merge(
        validateValue(object[name] ?? null, property, path === "" ? name : `${path}.${name}`, correlated(name)),
      );
  for (const name of schema.required)
    if (!(name in object))
      result.add({
        type: "FieldValueRequired",
        name: `${path}.${name}`,
        text: `${path}.${name} in body is required`,
        detail: "",
      });
  return result;
};

const combined = (path: string, rule: string): Finding => ({ type: "FieldValueInvalid", text: `"${path}" ${rule}` });

/** anyOf, oneOf, allOf and not. Below these nothing is ratcheted. */
const validateAlternatives = (value: Value, schema: CustomSchema, path: string): Result => {
  const result = new Result();
  if (schema.anyOf.length > 0) validateAny(value, schema.anyOf, path, result);
  if (schema.oneOf.length > 0) validateOne(value, schema.oneOf, path, result);
  if (schema.allOf.length > 0) {
    const parts = schema.allOf.map((part) => validateValue(value, part, path));
    const valid = parts.filter((part) => part.valid).length;
    for (const part of parts) result.merge(part);
    if (valid !== parts.length)
      result.add(combined(path, `must validate all the schemas (allOf)${valid === 0 ? ". None validated" : ""}`));
  }
  if (schema.not !== undefined && validateValue(value, schema.not, path).valid)
    result.add(combined(path, "must not validate the schema (not)"));
  result.score += 1;
  return result;
};

const validateAny = (value: Value, schemas: readonly CustomSchema[], path: string, result: Result): void => {
  let best: Result | undefined;
  for (const schema of schemas) {
    const part = validateValue(value, schema, path);
    if (part.valid) {
      result.merge(part);
      return;
    }
    if (best === undefined || part.score > best.score) best = part;
  }
  result.add(combined(path, "must validate at least one schema (anyOf)"));
  if (best !== undefined) result.merge(best);
};

const validateOne = (value: Value, schemas: readonly CustomSchema[], path: string, result: Result): void => {
  const parts = schemas.map((schema) => validateValue(value, schema, path));
  const valid = parts.filter((part) => part.valid);
  const [first] = valid;
  if (valid.length === 1 && first !== undefined) {
    result.merge(first);
    return;
  }
  const count = valid.length === 0 ? "Found none valid" : `Found ${valid.length} valid alternatives`;
  result.add(combined(path, `must validate one and only one schema (oneOf). ${count}`));
  if (valid.length > 0) return;
  result.merge(parts.reduce((best, part) => (part.score > best.score ? part : best)));
};
