import type { ObjectRef } from "@evenkeel/resource";

/** `settings-5t6g9b2k4m`: a generator's name with a hash of the content, which changes with it. */
const HASHED = /^(?<base>.+)-(?=[a-z]*\d)[a-z0-9]{8,12}$/;

/** The name without its hash, for kinds that generators make; undefined: it has none. */
export const hashedBase = ({ group, kind, name }: ObjectRef): string | undefined =>
  group === "" && (kind === "ConfigMap" || kind === "Secret") ? HASHED.exec(name)?.groups?.["base"] : undefined;

/** Whether a desired has the same generator's object under another hash: then this one was not removed but replaced. */
export const isReplacedByHash = (ref: ObjectRef, desired: Iterable<ObjectRef>): boolean => {
  const base = hashedBase(ref);
  if (base === undefined) return false;
  return [...desired].some(
    (each) =>
      each.kind === ref.kind && each.namespace === ref.namespace && each.name !== ref.name && hashedBase(each) === base,
  );
};
