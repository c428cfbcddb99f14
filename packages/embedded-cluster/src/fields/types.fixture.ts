import type { StructNode, TypeNode, TypeTable } from "../schema/type-node.ts";

const text: TypeNode = { kind: "scalar", scalar: "string" };
const number: TypeNode = { kind: "scalar", scalar: "int32" };

const struct = (
  fields: Readonly<Record<string, TypeNode>>,
  defaults: Readonly<Record<string, string>> = {},
): StructNode => ({
  kind: "struct",
  relationship: "granular",
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, type]) => [
      name,
      { type, emit: "omitempty", ...(name in defaults ? { default: defaults[name] as string } : {}) },
    ]),
  ),
});

const texts: TypeNode = { kind: "map", relationship: "granular", values: text };

/** For tests: one small type with every way to merge. */
export const sample: StructNode = struct({
  apiVersion: text,
  kind: text,
  metadata: struct({
    name: text,
    namespace: text,
    uid: text,
    labels: texts,
    annotations: texts,
    managedFields: { kind: "list", relationship: "atomic", element: { kind: "untyped", relationship: "atomic" } },
  }),
  replicas: number,
  paused: { kind: "scalar", scalar: "boolean" },
  amount: { kind: "scalar", scalar: "quantity" },
  labels: texts,
  fixed: { ...texts, relationship: "atomic" },
  args: { kind: "list", relationship: "atomic", element: text },
  flags: { kind: "list", relationship: "set", element: text },
  ports: {
    kind: "list",
    relationship: "map",
    keys: ["port", "protocol"],
    element: struct(
      { port: number, protocol: text, name: text, tags: { kind: "list", relationship: "set", element: text } },
      { protocol: "TCP" },
    ),
  },
  nested: struct({ a: text, b: struct({ c: text }) }),
  free: { kind: "untyped", relationship: "deduced" },
});

export const sampleTable: TypeTable = {
  resolve: (ref) => {
    if (typeof ref === "string") throw new RangeError(`${ref}: no such type`);
    return ref;
  },
};
