import { copyOf, isMap, type Value, type ValueMap } from "../json.ts";
import { checkJsonPatch } from "./check-json-patch.ts";
import { checkPatched } from "./check-patched.ts";
import type { FieldValidation } from "./merge-patch.ts";
import { patchRejected } from "./patch-failed.ts";
import { inServerOrder } from "./server-order.ts";
import { sortedMap } from "./sorted-map.ts";

type Container = Value[] | ValueMap;

/**
 * RFC 6902 as the server applies it (the library's oddities included: `replace` of a missing member adds it, negative
 * indexes count from the end, `copy` from nowhere gives null). Neither argument is changed; members come out in the
 * server's order, those of maps that were walked through sorted. Throws PatchFailed: 400 for what is no patch, 413 for
 * too many operations, else 422.
 */
export const applyJsonPatch = (document: ValueMap, patch: Value, validation: FieldValidation = "Warn"): ValueMap => {
  const operations = checkJsonPatch(patch, validation);
  const state: State = { root: inServerOrder(document), opened: new Set() };
  for (const operation of operations) apply(state, operation);
  if (state.root !== null && typeof state.root === "object") state.opened.add(state.root);
  return checkPatched(sortOpened(state.root, state.opened), document);
};

interface State {
  root: Value;
  /** Containers that the server's library took apart, and so writes sorted. */
  readonly opened: Set<Container>;
}

const apply = (state: State, operation: ValueMap): void => {
  const path = textOf(operation["path"]);
  const value = copyOf(operation["value"] ?? null);
  const { op } = operation;
  switch (typeof op === "string" ? op : "") {
    case "add":
      return add(find(state, path), value);
    case "remove":
      return remove(find(state, path));
    case "replace":
      return replace(state, path, value, "value" in operation);
    case "move": {
      const from = find(state, textOf(operation["from"]));
      const moved = get(from);
      remove(from);
      return add(find(state, path), moved);
    }
    case "copy":
      return add(find(state, path), copyOf(sortOpened(get(find(state, textOf(operation["from"]))), state.opened)));
    case "test": {
      const found = path === "" ? state.root : get(find(state, path));
      open(state, found);
      if (!equal(found, value)) throw patchRejected();
      return;
    }
    default:
      throw patchRejected();
  }
};

const textOf = (value: Value | undefined): string => {
  if (typeof value !== "string") throw patchRejected();
  return value;
};

interface Target {
  readonly container: Container;
  readonly key: string;
}

/** Where a pointer leads; its last step need not exist. */
const find = (state: State, path: string): Target => {
  const steps = path.split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const key = steps.at(-1);
  if (steps.length < 2 || key === undefined) throw patchRejected();
  let at = state.root;
  for (const step of steps.slice(1, -1)) {
    openOne(state, at);
    at = get({ container: containerOf(at), key: step });
  }
  openOne(state, at);
  return { container: containerOf(at), key };
};

const containerOf = (value: Value): Container => {
  if (!Array.isArray(value) && !isMap(value)) throw patchRejected();
  return value;
};

/** Go's Atoi, and an index from the end when negative. `length` is how many places there are. */
const indexOf = (key: string, length: number): number => {
  if (!/^[+-]?\d+$/.test(key)) throw patchRejected();
  const index = Number(key) < 0 ? Number(key) + length : Number(key);
  if (index < 0 || index >= length) throw patchRejected();
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
  else throw patchRejected();
};

const replace = (state: State, path: string, value: Value, given: boolean): void => {
  if (path === "") {
    if (!given || value === null || typeof value !== "object") throw patchRejected();
    state.root = value;
    return;
  }
  const { container, key } = find(state, path);
  if (Array.isArray(container)) container[indexOf(key, container.length)] = value;
  else container[key] = value;
};

const equal = (left: Value, right: Value): boolean => {
  if (Array.isArray(left))
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => equal(item, right[index] ?? null))
    );
  if (!isMap(left)) return left === right;
  if (!isMap(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && equal(left[key] ?? null, right[key] ?? null));
};

const openOne = (state: State, value: Value): void => {
  if (isMap(value) || Array.isArray(value)) state.opened.add(value);
};

/** A test compares, and so takes apart, all below. */
const open = (state: State, value: Value): void => {
  openOne(state, value);
  if (isMap(value) || Array.isArray(value)) for (const item of Object.values(value)) open(state, item);
};

const sortOpened = (value: Value, opened: ReadonlySet<Container>): Value => {
  if (Array.isArray(value)) return opened.has(value) ? value.map((item) => sortOpened(item, opened)) : value;
  if (!isMap(value) || !opened.has(value)) return value;
  const sorted = sortedMap(value);
  for (const key of Object.keys(sorted)) sorted[key] = sortOpened(sorted[key] ?? null, opened);
  return sorted;
};
