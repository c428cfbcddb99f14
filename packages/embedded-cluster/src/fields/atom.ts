import type { Value } from "../json.ts";
import type {
  ListNode,
  MapNode,
  ScalarKind,
  StructNode,
  TypeNode,
  TypeRef,
  TypeTable,
  UntypedNode,
} from "../schema/type-node.ts";

export type ScalarRule = "string" | "numeric" | "boolean" | "untyped";

export interface ListShape {
  readonly atomic: boolean;
  /** Set for lists of keyed items. */
  readonly keys: readonly string[] | undefined;
  readonly element: () => Atom;
  /** Default of a key field from the items' schema. */
  readonly keyDefault: (name: string) => Value | undefined;
}

export interface MapShape {
  readonly atomic: boolean;
  /** The type of a declared field; `undefined` for all others. */
  readonly field: (name: string) => Atom | undefined;
  /** The type of keys that are not declared; `undefined` where none are allowed. */
  readonly element: () => Atom | undefined;
  /** Free-form: no field is declared and anything goes. */
  readonly freeForm: boolean;
}

/**
 * How structured merge sees a type: what a value of it may be. An untyped place may be a scalar, a list or a map; then
 * `of` narrows it by the value. `null` stands for any of them.
 */
export interface Atom {
  readonly scalar?: ScalarRule;
  readonly list?: ListShape;
  readonly map?: MapShape;
  readonly asScalar: Atom;
  readonly asList: Atom;
  readonly asMap: Atom;
}

interface Shapes {
  readonly scalar?: ScalarRule;
  readonly list?: ListShape;
  readonly map?: MapShape;
}

const atom = (shapes: Shapes): Atom => {
  const self = { ...shapes } as { -readonly [K in keyof Atom]: Atom[K] };
  const single = Object.keys(shapes).length === 1;
  self.asScalar = single || shapes.scalar === undefined ? self : atom({ scalar: shapes.scalar });
  self.asList = single || shapes.list === undefined ? self : atom({ list: shapes.list });
  self.asMap = single || shapes.map === undefined ? self : atom({ map: shapes.map });
  return self;
};

const noField = (): undefined => undefined;
const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

const untyped = (map: "atomic" | "deduced"): Atom =>
  atom({
    scalar: "untyped",
    list: { atomic: true, keys: undefined, element: () => untypedAtomic, keyDefault: noField },
    map: {
      atomic: map === "atomic",
      field: noField,
      element: () => (map === "atomic" ? untypedAtomic : untypedDeduced),
      freeForm: map === "deduced",
    },
  });

const untypedAtomic: Atom = untyped("atomic");
const untypedDeduced: Atom = untyped("deduced");

/** Quantities and times are whatever scalar; an int-or-string has no type in the server's OpenAPI at all. */
const scalarRules: Readonly<Record<ScalarKind, ScalarRule>> = {
  string: "string",
  bytes: "string",
  duration: "string",
  int32: "numeric",
  int64: "numeric",
  float64: "numeric",
  boolean: "boolean",
  quantity: "untyped",
  time: "untyped",
  microTime: "untyped",
  intOrString: "untyped",
};

const structAtom = (node: StructNode, table: TypeTable): Atom => {
  const atoms = new Map<string, Atom>();
  const free = node.preserveUnknown === true || Object.keys(node.fields).length === 0;
  return atom({
    map: {
      atomic: node.relationship === "atomic",
      field: (name) => {
        let known = atoms.get(name);
        if (known === undefined && Object.hasOwn(node.fields, name)) {
          known = atomOf((node.fields[name] as StructNode["fields"][string]).type, table);
          atoms.set(name, known);
        }
        return known;
      },
      element: () => (free ? untypedDeduced : undefined),
      freeForm: free && Object.keys(node.fields).length === 0,
    },
  });
};

const mapAtom = (node: MapNode, table: TypeTable): Atom =>
  atom({
    map: {
      atomic: node.relationship === "atomic",
      field: noField,
      element: once(() => atomOf(node.values, table)),
      freeForm:
        typeof node.values !== "string" && node.values.kind === "untyped" && node.values.relationship === "deduced",
    },
  });

const listAtom = (node: ListNode, table: TypeTable): Atom =>
  atom({
    list: {
      atomic: node.relationship === "atomic",
      keys: node.relationship === "map" ? (node.keys ?? []) : undefined,
      element: once(() => atomOf(node.element, table)),
      keyDefault: (name) => {
        const item = table.resolve(node.element);
        return item.kind === "struct" && Object.hasOwn(item.fields, name) ? item.fields[name]?.default : undefined;
      },
    },
  });

const compile = (node: TypeNode, table: TypeTable): Atom => {
  switch (node.kind) {
    case "scalar":
      return node.scalar === "intOrString" ? untypedDeduced : atom({ scalar: scalarRules[node.scalar] });
    case "list":
      return listAtom(node, table);
    case "map":
      return mapAtom(node, table);
    case "struct":
      return structAtom(node, table);
    case "untyped":
      return untypedAtom(node);
  }
};

const untypedAtom = (node: UntypedNode): Atom => (node.relationship === "atomic" ? untypedAtomic : untypedDeduced);

/** Compiled once for each node of a table; a table and its nodes are immutable, so what is kept lives as long as they do. */
const compiled = new WeakMap<TypeTable, WeakMap<TypeNode, Atom>>();

export const atomOf = (ref: TypeRef, table: TypeTable): Atom => {
  let atoms = compiled.get(table);
  if (atoms === undefined) compiled.set(table, (atoms = new WeakMap()));
  const node = table.resolve(ref);
  let known = atoms.get(node);
  if (known === undefined) atoms.set(node, (known = compile(node, table)));
  return known;
};

/** The one shape that fits the value, where the atom has several; the atom itself for null and for what fits none. */
export const narrow = (whole: Atom, value: Value): Atom => {
  if (value === null) return whole;
  if (typeof value !== "object") return whole.asScalar;
  return Array.isArray(value) ? whole.asList : whole.asMap;
};
