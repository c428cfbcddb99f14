import { sameJson } from "../equal.ts";
import { copyOf, isMap, type Value, type ValueMap } from "../json.ts";
import { ApiRefusal, badRequest } from "../server/status.ts";

/** An operation that does not fit the object: the server does not tell which. */
const rejected = (): ApiRefusal =>
  new ApiRefusal(422, "Invalid", "the server rejected our request due to an error in our request", {});

/**
 * RFC 6902 as the server applies it (`replace` of a missing member adds it, negative indexes count from the end, `copy`
 * from nowhere gives null). Neither argument is changed. Throws ApiRefusal: 400 for what is no patch, else 422.
 */
export const applyJsonPatch = (document: ValueMap, patch: Value): ValueMap => {
  if (!Array.isArray(patch)) throw badRequest("error decoding patch: a JSON patch is a list of operations");
  const patched = copyOf(document);
  for (const operation of patch) {
    if (!isMap(operation)) throw badRequest("error decoding patch: an operation is a map");
    apply(patched, operation);
  }
  return patched;
};

const apply = (root: ValueMap, operation: ValueMap): void => {
  const at = find(root, operation["path"]);
  const value = copyOf(operation["value"] ?? null);
  const { op } = operation;
  switch (typeof op === "string" ? op : "") {
    case "add":
      return add(at, value);
    case "remove":
      return remove(at);
    case "replace":
      return replace(at, value);
    case "move": {
      const from = find(root, operation["from"]);
      const moved = get(from);
      remove(from);
      return add(find(root, operation["path"]), moved);
    }
    case "copy":
      return add(at, copyOf(get(find(root, operation["from"]))));
    case "test":
      if (!sameJson(get(at), value)) throw rejected();
      return;
    default:
      throw rejected();
  }
};

interface Target {
  readonly container: Value[] | ValueMap;
  readonly key: string;
}

/** Where a pointer leads; its last step need not exist. */
const find = (root: ValueMap, path: Value | undefined): Target => {
  const steps = typeof path === "string" ? path.split("/") : [];
  const [, ...keys] = steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const key = keys.pop();
  if (key === undefined) throw rejected();
  return {
    container: keys.reduce((at, step) => containerIn(get({ container: at, key: step })), root as Value[] | ValueMap),
    key,
  };
};

const containerIn = (value: Value): Value[] | ValueMap => {
  if (!Array.isArray(value) && !isMap(value)) throw rejected();
  return value;
};

/** An index, from the end when negative. `length` is how many places there are. */
const indexOf = (key: string, length: number): number => {
  if (!/^[+-]?\d+$/.test(key)) throw rejected();
  const index = Number(key) < 0 ? Number(key) + length : Number(key);
  if (index < 0 || index >= length) throw rejected();
  return index;
};

const get = ({ container, key }: Target): Value => {
  if (Array.isArray(container)) return container[indexOf(key, container.length)] ?? null;
  return Object.hasOwn(container, key) ? (container[key] ?? null) : null;
};

const add = ({ container, key }: Target, value: Value): void => {
  if (!Array.isArray(container)) container[key] = value;
  else if (key === "-") container.push(value);
  else container.splice(indexOf(key, container.length + 1), 0, value);
};

const remove = ({ container, key }: Target): void => {
  if (Array.isArray(container)) container.splice(indexOf(key, container.length), 1);
  else if (Object.hasOwn(container, key)) delete container[key];
  else throw rejected();
};

const replace = ({ container, key }: Target, value: Value): void => {
  if (Array.isArray(container)) container[indexOf(key, container.length)] = value;
  else container[key] = value;
};
