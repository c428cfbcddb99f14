import { readFileSync } from "node:fs";

import { parseJson } from "@evenkeel/resource";

import type { Value, ValueMap } from "../json.ts";
import { builtinTable } from "../schema/builtin-table.ts";
import type { ListNode, ScalarNode, StructNode, TypeRef, UntypedNode } from "../schema/type-node.ts";
import { readScalar } from "./read-scalar.ts";
import { bytesOf, packedVarints, ProtobufUnreadable, textOf, varintOf, type WireField, wireFields } from "./wire.ts";

/** JSON names by number; a struct that JSON knows inlined has its own numbers. */
interface FieldNumbers {
  readonly [number: string]: string | FieldNumbers;
}

const fieldNumbers = JSON.parse(readFileSync(new URL("field-numbers.json", import.meta.url), "utf8")) as Readonly<
  Record<string, FieldNumbers>
>;

const JSON_SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

const PACKABLE: ReadonlySet<string> = new Set(["boolean", "int32", "int64"]);

/** Lists with a Go type of their own that is a message of one repeated field. */
const LIST_MESSAGES: ReadonlySet<string> = new Set(["v1.ExtraValue"]);

const readItems = (node: ListNode, field: WireField): Value[] => {
  const parts = [...wireFields(bytesOf(field))].filter((part) => part.number === 1);
  return parts.map((part) => readField(node.element, part, undefined));
};

/** A value of the type as one field has it; `known` is what earlier fields of the same number gave. */
const readField = (ref: TypeRef, field: WireField, known: Value | undefined): Value => {
  const node = builtinTable.resolve(ref);
  switch (node.kind) {
    case "scalar":
      return readScalar[node.scalar](field);
    case "list": {
      if (node.goType !== undefined && LIST_MESSAGES.has(node.goType)) return readItems(node, field);
      const list = Array.isArray(known) ? known : [];
      const element = builtinTable.resolve(node.element);
      const isPacked = field.wire === "bytes" && element.kind === "scalar" && PACKABLE.has(element.scalar);
      if (isPacked) list.push(...unpack(element, field.value));
      else list.push(readField(node.element, field, undefined));
      return list;
    }
    case "map":
      return readEntry(node.values, field, isRead(known) ? known : {});
    case "struct":
      return readStruct(ref, node, bytesOf(field), isRead(known) ? known : {});
    case "untyped":
      return readUntyped(node, field);
  }
};

const isRead = (value: Value | undefined): value is ValueMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const unpack = (element: ScalarNode, bytes: Uint8Array): Value[] =>
  [...packedVarints(bytes)].map((value) => readScalar[element.scalar]({ number: 1, wire: "varint", value }));

const EMPTY: WireField = { number: 2, wire: "bytes", value: new Uint8Array() };

/** One entry of a map: a message of key and value, either of which may be left out. */
const readEntry = (values: TypeRef, field: WireField, map: ValueMap): ValueMap => {
  let key = "";
  let value: WireField = EMPTY;
  for (const part of wireFields(bytesOf(field))) {
    if (part.number === 1) key = textOf(bytesOf(part));
    else if (part.number === 2) value = part;
  }
  map[key] = readField(values, value, undefined);
  return map;
};

const readStruct = (ref: TypeRef, node: StructNode, bytes: Uint8Array, into: ValueMap): ValueMap => {
  const name = typeof ref === "string" ? ref.replace(/#.*/, "") : "";
  const numbers = fieldNumbers[name];
  if (numbers === undefined) throw new RangeError(`${name}: no field numbers`);
  return readFields(node, numbers, bytes, into);
};

const readFields = (node: StructNode, numbers: FieldNumbers, bytes: Uint8Array, into: ValueMap): ValueMap => {
  for (const field of wireFields(bytes)) {
    const named = numbers[field.number];
    if (typeof named === "object") readFields(node, named, bytesOf(field), into);
    else if (named !== undefined) {
      const type = node.fields[named]?.type;
      if (type !== undefined) into[named] = readField(type, field, into[named]);
    }
  }
  return into;
};

/** JSON text inside of a message, in its first field. */
const readRaw = (field: WireField): Value => {
  let raw: Uint8Array = new Uint8Array();
  for (const part of wireFields(bytesOf(field))) if (part.number === 1) raw = bytesOf(part);
  if (raw.length === 0) return null;
  try {
    return parseJson(textOf(raw)) as Value;
  } catch (error) {
    throw new ProtobufUnreadable("raw JSON in the message cannot be read", { cause: error });
  }
};

/** A schema (field 1), or else what field 2 has: schemas, or strings. */
const readSchemaOr = (element: TypeRef, field: WireField): Value => {
  let schema: Value | undefined;
  let others: Value = [];
  for (const part of wireFields(bytesOf(field))) {
    if (part.number === 1) schema = readField(JSON_SCHEMA, part, schema);
    else if (part.number === 2) others = readField({ kind: "list", element, relationship: "atomic" }, part, others);
  }
  return Array.isArray(others) && others.length > 0 ? others : (schema ?? null);
};

/** A boolean (field 1), or a schema (field 2), which goes first. */
const readSchemaOrBool = (field: WireField): Value => {
  let allows = false;
  let schema: Value | undefined;
  for (const part of wireFields(bytesOf(field))) {
    if (part.number === 1) allows = varintOf(part) !== 0n;
    else if (part.number === 2) schema = readField(JSON_SCHEMA, part, schema);
  }
  return schema ?? allows;
};

const readUntyped = (node: UntypedNode, field: WireField): Value => {
  switch (node.form) {
    case "schemaOrArray":
      return readSchemaOr(JSON_SCHEMA, field);
    case "schemaOrStrings":
      return readSchemaOr({ kind: "scalar", scalar: "string" }, field);
    case "schemaOrBool":
      return readSchemaOrBool(field);
    case "anyJson":
    case "fieldsV1":
    case "rawExtension":
    case undefined:
  }
  return readRaw(field);
};

/** A message of a type of the built-in table as JSON; fields that the type does not have are left out. Throws ProtobufUnreadable. */
export const readMessage = (type: string, bytes: Uint8Array): ValueMap => {
  const node = builtinTable.resolve(type);
  if (node.kind !== "struct") throw new RangeError(`${type}: no message`);
  return readStruct(type, node, bytes, {});
};
