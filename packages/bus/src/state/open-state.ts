import { fillKey, keyPattern, parseKey, type StateRule, type ValueOf } from "@evenkeel/contracts";

import { openBucket } from "./bucket.ts";
import type { BucketName, OwnState, OwnStateOf, StateOf } from "../port.ts";
import type { Wire } from "../wire/wire.ts";

type Fields = Readonly<Record<string, string | undefined>>;

/** All that can be done with values of one kind; who may do what is the server's affair. */
const open = <T>(wire: Wire, rule: StateRule<T>): OwnState<T, Fields> => {
  const { bucket: name, codec, template } = rule;
  const bucket = openBucket(wire, name as BucketName, codec);
  const keyOf = (fields: Fields): string => fillKey(template, fields);
  const someOf = (fields: Fields): string => keyPattern(template, fields);
  const list: OwnState<T, Fields>["list"] = async (some, signal) =>
    (await bucket.list(someOf(some), signal)).flatMap((entry) => {
      const key = parseKey(template, entry.key);
      return key === undefined ? [] : [{ ...entry, key }];
    });
  return {
    get: async (key, signal) => {
      const found = await bucket.get(keyOf(key), signal);
      return found && { ...found, key };
    },
    list,
    keys: async (some, signal) => (await list(some, signal)).map(({ key }) => key),
    watch: (some, { onEntry, ...handlers }, signal) =>
      bucket.watch(
        someOf(some),
        {
          ...handlers,
          onEntry: (entry) => {
            const key = parseKey(template, entry.key);
            if (key !== undefined) onEntry({ ...entry, key });
          },
        },
        signal,
      ),
    put: (key, value, signal) => bucket.put(keyOf(key), value, signal),
    create: (key, value, signal) => bucket.create(keyOf(key), value, signal),
    createNew: (key, value, signal) => bucket.createNew(keyOf(key), value, signal),
    update: (key, value, revision, signal) => bucket.update(keyOf(key), value, revision, signal),
    delete: (key, revision, signal) => bucket.delete(keyOf(key), revision, signal),
  };
};

/** Values of one kind, to be read. */
export const openState = <R extends StateRule<unknown>>(wire: Wire, rule: R): StateOf<R> =>
  open<ValueOf<R>>(wire, rule as StateRule<ValueOf<R>>) as unknown as StateOf<R>;

/** Values of one kind for a writer of theirs. Throws for whom the contract does not name as one. */
export const openOwnState = <R extends StateRule<unknown>>(wire: Wire, self: string, rule: R): OwnStateOf<R> => {
  if (!rule.writers.includes("*") && !rule.writers.includes(self))
    throw new TypeError(`${self} does not write ${rule.bucket}/${rule.template}: ${rule.writers.join(" and ")} does`);
  return open<ValueOf<R>>(wire, rule as StateRule<ValueOf<R>>) as unknown as OwnStateOf<R>;
};
