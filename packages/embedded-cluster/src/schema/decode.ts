import { isMap, noteEmpty, noteUnlike, type Value, type ValueMap } from "../json.ts";
import { scalarCodecs } from "./scalars.ts";
import type { FieldNode, StructNode, TypeNode, TypeRef, TypeTable, UntypedNode } from "./type-node.ts";

/** What a walk noticed; the details are the business of `explain.ts`, which walks again. */
export interface Findings {
  unknown: boolean;
  wrong: boolean;
}

/** One compiled type: reads a value into the form in which Go would emit it. */
export interface Codec {
  /** Never called with null. After `findings.wrong` was set the result means nothing. */
  readonly read: (value: Value, findings: Findings) => Value;
  /** What Go emits for the zero value. */
  readonly zero: () => Value;
  readonly isEmpty: (emitted: Value) => boolean;
  readonly isZero: (emitted: Value) => boolean;
  /** Quantities can be written in many ways. */
  readonly isQuantity?: boolean;
}

/** Compiles types once each; a type's codec serves all who use the compiler. */
export const codecsOf = (table: TypeTable): ((ref: TypeRef) => Codec) => {
  const named = new Map<string, Codec>();
  const compile = (ref: TypeRef): Codec => {
    if (typeof ref !== "string") return build(ref);
    const known = named.get(ref);
    if (known !== undefined) return known;
    // Schemas of schemas refer to themselves: the name is taken before what it stands for is built.
    let built: Codec | undefined;
    const later: Codec = {
      read: (value, findings) => (built as Codec).read(value, findings),
      zero: () => (built as Codec).zero(),
      isEmpty: (emitted) => (built as Codec).isEmpty(emitted),
      isZero: (emitted) => (built as Codec).isZero(emitted),
    };
    named.set(ref, later);
    built = build(ref);
    named.set(ref, built);
    return built;
  };

  const build = (ref: TypeRef): Codec => {
    const node = table.resolve(ref);
    switch (node.kind) {
      case "scalar": {
        const codec = scalarCodecs[node.scalar];
        return {
          ...codec,
          zero: () => codec.zero,
          read: (value, findings) => codec.read(value) ?? wrong(findings),
          isQuantity: node.scalar === "quantity",
        };
      }
      case "list":
        return listCodec(compile(node.element));
      case "map":
        return mapCodec(compile(node.values), isBytes(table.resolve(node.values)));
      case "struct":
        return structCodec(node, compile);
      case "untyped":
        return untypedCodec(node, compile);
    }
  };
  return compile;
};

const wrong = (findings: Findings): null => {
  findings.wrong = true;
  return null;
};

const isNull = (emitted: Value): boolean => emitted === null;

const listCodec = (element: Codec): Codec => ({
  zero: () => null,
  isEmpty: (emitted) => emitted === null || (emitted as Value[]).length === 0,
  isZero: isNull,
  read: (value, findings) => {
    if (!Array.isArray(value)) return wrong(findings);
    return value.map((item) => (item === null ? element.zero() : element.read(item, findings)));
  },
});

const isBytes = (node: TypeNode): boolean => node.kind === "scalar" && node.scalar === "bytes";

/** Is this quantity's text another than the server's? Then Go holds other numbers. */
const isUnlike = (given: Value, emitted: Value | undefined): boolean =>
  (typeof given === "string" || typeof given === "number" || typeof given === "bigint") && `${given}` !== emitted;

/** Objects come back from storage as protocol buffers, which know no nil bytes in a map. */
const mapCodec = (values: Codec, ofBytes: boolean): Codec => ({
  zero: () => null,
  isEmpty: (emitted) => {
    for (const _ in emitted as ValueMap) return false;
    return true;
  },
  isZero: isNull,
  read: (value, findings) => {
    if (!isMap(value)) return wrong(findings);
    const read: ValueMap = {};
    for (const key of Object.keys(value)) {
      const item = value[key] ?? null;
      read[key] = item !== null ? values.read(item, findings) : ofBytes ? "" : values.zero();
      if (item === null && ofBytes) noteEmpty(read, key);
      if (values.isQuantity === true && isUnlike(item, read[key])) noteUnlike(read, key);
    }
    return read;
  },
});

interface FieldCodec {
  readonly name: string;
  readonly codec: Codec;
  readonly pointer: boolean;
  /** Left out when the emitted value is this. Pointers: only when nil. */
  readonly leftOut: (emitted: Value) => boolean;
  /** Emitted when the body does not have it, or null. */
  readonly filled: boolean;
  /** A list or map that is always emitted: empty and nil are the same in storage (`as-stored.ts`). */
  readonly isNilWhenEmpty: boolean;
}

const fieldCodec = (name: string, node: FieldNode, codec: Codec): FieldCodec => {
  const pointer = node.pointer === true;
  const isNilWhenEmpty = node.emit === "always" && codec.zero() === null;
  if (pointer) return { name, codec, pointer, leftOut: never, filled: node.emit === "always", isNilWhenEmpty: false };
  const leftOut = { always: never, omitempty: codec.isEmpty, omitzero: codec.isZero }[node.emit];
  // A list or map that is missing is nil, which omitempty leaves out too.
  return { name, codec, pointer, leftOut, filled: !leftOut(codec.zero()), isNilWhenEmpty };
};

const never = (): boolean => false;

const structCodec = (node: StructNode, compile: (ref: TypeRef) => Codec): Codec => {
  let compiled: readonly FieldCodec[] | undefined;
  // On first use: a schema of schemas is complete only then.
  const fields = (): readonly FieldCodec[] =>
    (compiled ??= Object.entries(node.fields).map(([name, field]) => fieldCodec(name, field, compile(field.type))));
  const zero = (): ValueMap => {
    const filled: ValueMap = {};
    for (const field of fields()) if (field.filled) filled[field.name] = field.pointer ? null : field.codec.zero();
    return filled;
  };
  return {
    zero,
    isEmpty: () => false,
    isZero: (emitted) =>
      Object.entries(emitted as ValueMap).every(([name, value]) => {
        const field = fields().find((each) => each.name === name);
        return value === null || (field !== undefined && !field.pointer && field.codec.isZero(value));
      }),
    read: (value, findings) => {
      if (!isMap(value)) return wrong(findings);
      const read: ValueMap = {};
      let seen = 0;
      for (const { name, codec, pointer, leftOut, filled, isNilWhenEmpty } of fields()) {
        const given = value[name];
        if (given !== undefined) seen += 1;
        if (given === undefined || given === null) {
          if (filled) read[name] = pointer ? null : codec.zero();
          continue;
        }
        const emitted = codec.read(given, findings);
        const isLost = leftOut(emitted);
        if (!isLost) read[name] = emitted;
        if (codec.isQuantity === true && isUnlike(given, emitted)) noteUnlike(read, name);
        if (typeof emitted === "object" && (isLost || (isNilWhenEmpty && codec.isEmpty(emitted))))
          noteEmpty(read, name);
      }
      if (seen !== Object.keys(value).length) findings.unknown = true;
      return read;
    },
  };
};

const JSON_SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

const untypedCodec = (node: UntypedNode, compile: (ref: TypeRef) => Codec): Codec => {
  const raw: Codec = { zero: () => null, isEmpty: () => false, isZero: isNull, read: (value) => value };
  const schema = (value: Value, findings: Findings): Value => compile(JSON_SCHEMA).read(value, findings);
  switch (node.form) {
    case "schemaOrArray":
      return {
        ...raw,
        read: (value, findings) =>
          Array.isArray(value) ? listCodec(compile(JSON_SCHEMA)).read(value, findings) : schema(value, findings),
      };
    case "schemaOrBool":
      return { ...raw, read: (value, findings) => (typeof value === "boolean" ? value : schema(value, findings)) };
    case "schemaOrStrings":
      return {
        ...raw,
        read: (value, findings) =>
          Array.isArray(value) ? (value.every(isString) ? value : wrong(findings)) : schema(value, findings),
      };
    case "anyJson":
    case "fieldsV1":
    case "rawExtension":
    case undefined:
  }
  return raw;
};

const isString = (value: Value): value is string => typeof value === "string";
