import { goQuote } from "../kinds/validation/go-quote.ts";
import { isMap, type Value } from "../json.ts";
import { scalarCodecs } from "./scalars.ts";
import type { TypeRef, TypeTable } from "./type-node.ts";

/** Why a body is not as its type wants it. */
export interface Explanation {
  /** The first value that is of another type; undefined when none was found. */
  readonly failure: string | undefined;
  /** `unknown field "spec.foo"`, in the body's own order. */
  readonly strictErrors: readonly string[];
}

/** Walks the body; only called when the fast walk noticed something. */
export const explain = (value: Value, ref: TypeRef, table: TypeTable): Explanation => {
  const unknown: string[] = [];
  let failure: string | undefined;

  const walk = (item: Value, type: TypeRef, path: string): void => {
    if (item === null) return;
    const node = table.resolve(type);
    const join = (key: string): string => (path === "" ? key : `${path}.${key}`);
    if (node.kind === "untyped") return;
    if (node.kind === "scalar" && scalarCodecs[node.scalar].read(item) !== undefined) return;
    if (node.kind === "list" && Array.isArray(item))
      return item.forEach((each, index) => walk(each, node.element, `${path}[${index}]`));
    if (node.kind === "map" && isMap(item))
      return Object.entries(item).forEach(([key, each]) => walk(each, node.values, join(key)));
    if (node.kind !== "struct" || !isMap(item)) {
      failure ??= `json: cannot unmarshal ${path}: it is no ${node.kind === "scalar" ? node.scalar : node.kind}`;
      return;
    }
    for (const [key, each] of Object.entries(item)) {
      const field = Object.hasOwn(node.fields, key) ? node.fields[key] : undefined;
      if (field !== undefined) walk(each, field.type, join(key));
      else unknown.push(`unknown field ${goQuote(join(key))}`);
    }
  };

  walk(value, ref, "");
  return { failure, strictErrors: unknown };
};
