import { readFileSync } from "node:fs";

import type { ServedKind } from "../kinds/kind-strategy.ts";
import type { TypeNode, TypeTable } from "./type-node.ts";

/** A kind as the real server's discovery tells it, and the name of its type in `builtinTable`. */
export interface BuiltinKind extends Omit<ServedKind, "strategy" | "model"> {
  readonly type: string;
}

interface TableFile {
  /** `v1.36.4`: the server it was made from. */
  readonly server: string;
  readonly kinds: readonly BuiltinKind[];
  readonly types: Readonly<Record<string, TypeNode>>;
}

const file = JSON.parse(readFileSync(new URL("type-table.json", import.meta.url), "utf8")) as TableFile;
const types = new Map(Object.entries(file.types));

/** Version of the kube-apiserver that the table was generated from: `v1.36.4`. */
export const builtinVersion = file.server;

/** Every built-in kind at every served version, in the order of the server's discovery. */
export const builtinKinds: readonly BuiltinKind[] = file.kinds;

/** All types of the built-in kinds, by their OpenAPI names; beside the kinds also Scale, Eviction, Status, DeleteOptions and ObjectMeta. */
export const builtinTable: TypeTable = {
  resolve: (ref) => {
    if (typeof ref !== "string") return ref;
    const node = types.get(ref);
    if (node === undefined) throw new RangeError(`${ref}: no such type`);
    return node;
  },
};
