import type { Random } from "../differential/random.ts";
import { isMap, type Value, type ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { builtinTable } from "@evenkeel/embedded-cluster/internals/schema/builtin-table";
import { randomBody } from "../schema/random-body.ts";
import type { FieldNode, TypeRef } from "@evenkeel/embedded-cluster/internals/schema/type-node";

const TAME = { wrong: 1, unknown: 1 };
const KEYS = ["name", "type", "containerPort", "port", "uid"];
const DEEP = 7;

/** A strategic merge patch of a document of this type; without its directives also a merge patch. */
export const randomMergePatch = (random: Random, ref: TypeRef, document: Value, directives: boolean): Value => {
  const node = builtinTable.resolve(ref);
  if (node.kind === "struct" && isMap(document)) {
    const patch: ValueMap = {};
    if (directives && random.percent(2)) patch["$patch"] = random.pick<Value>(["replace", "delete", "bad"]);
    for (const [name, field] of Object.entries(node.fields))
      if (!IDENTITY.has(name) && random.percent(40)) patchField(random, patch, name, field, document, directives);
    if (directives && random.percent(5))
      patch["$retainKeys"] = Object.keys(patch).filter((key) => !key.startsWith("$"));
    return patch;
  }
  if (node.kind === "list" && Array.isArray(document)) {
    const items = document
      .filter(() => random.percent(60))
      .map((item) => withKeysOf(item, randomMergePatch(random, node.element, item, directives)));
    const [first] = items;
    if (directives && isMap(first) && random.percent(10)) first["$patch"] = random.pick(["delete", "replace", "merge"]);
    return random.percent(30) ? [...items, randomBody(random, node.element, TAME, DEEP)] : items;
  }
  return randomBody(random, ref, TAME, DEEP);
};

/** Changing these ends the request elsewhere. */
const IDENTITY = new Set(["apiVersion", "kind", "metadata", "resourceVersion", "uid", "namespace", "managedFields"]);

const patchField = (
  random: Random,
  patch: ValueMap,
  name: string,
  { type, patchMergeKey }: FieldNode,
  document: ValueMap,
  directives: boolean,
): void => {
  const current = document[name];
  if (random.percent(10)) patch[name] = null;
  else if (current === undefined) patch[name] = randomBody(random, type, TAME, DEEP);
  else patch[name] = randomMergePatch(random, type, current, directives);
  if (!directives || !Array.isArray(current) || !random.percent(20)) return;
  const order = current.toReversed().map((item) => {
    const key = patchMergeKey !== undefined && isMap(item) ? item[patchMergeKey] : undefined;
    return key === undefined || patchMergeKey === undefined ? item : { [patchMergeKey]: key };
  });
  if (random.percent(50)) patch[`$setElementOrder/${name}`] = order;
  else patch[`$deleteFromPrimitiveList/${name}`] = current.slice(0, 1);
};

const withKeysOf = (item: Value, patch: Value): Value => {
  if (!isMap(item) || !isMap(patch)) return patch;
  for (const key of KEYS) if (item[key] !== undefined) patch[key] = item[key];
  return patch;
};

/** Operations on paths of the document, some of which lead nowhere. */
export const randomJsonPatch = (random: Random, document: Value): Value => {
  const paths = pathsOf(document, "").filter((path) => !/^\/(?:metadata|apiVersion|kind)/.test(path));
  const path = (): string =>
    random.pick(paths) + (random.percent(20) ? random.pick(["/new", "/-", "/0", "/-1", "/x/y", "~1"]) : "");
  return Array.from({ length: random.between(1, 3) }, () => {
    const op = random.pick(["add", "remove", "replace", "test", "move", "copy"]);
    const value = random.percent(50)
      ? random.pick<Value>([null, 1, "x", {}, ["a"]])
      : random.pick<Value>(["a", 5, true]);
    return { op, path: path(), ...(op === "move" || op === "copy" ? { from: path() } : {}), value };
  });
};

const pathsOf = (value: Value, path: string): string[] => {
  const inner = isMap(value) || Array.isArray(value) ? Object.entries(value) : [];
  const deeper = inner.flatMap(([key, item]) =>
    pathsOf(item, `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
  return path === "" ? deeper : [path, ...deeper];
};
