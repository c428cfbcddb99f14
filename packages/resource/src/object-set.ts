import { canonicalOf, compareRefs } from "./canonical-object.ts";
import type { CanonicalObject } from "./canonical-object.ts";
import { parseJson, sha256Hex } from "./canonical.ts";
import type { KubeObject } from "./kube-object.ts";

/** Names the canonical form; a change of it changes every digest. */
export const SET_FORMAT = "evenkeel.dev/set/v1";

/** A rendered set is not what its digest names: damaged, or another set. */
export class SetDamaged extends Error {
  override readonly name = "SetDamaged";
}

/** `sha256:<hex>` over the format and the sorted digests of the objects, so that the order given does not count. */
export const setDigest = (objects: readonly Pick<CanonicalObject, "digest">[]): string =>
  `sha256:${sha256Hex([SET_FORMAT, ...objects.map(({ digest }) => digest).sort()].join("\n"))}`;

/** The stored body of a set: the format, then one canonical object a line, its salt in front, sorted by ref. */
export const encodeSet = (objects: readonly CanonicalObject[]): Uint8Array =>
  new TextEncoder().encode(
    [SET_FORMAT, ...objects.toSorted((a, b) => compareRefs(a.ref, b.ref)).map(lineOf)].join("\n"),
  );

const lineOf = ({ json, salt }: CanonicalObject): string => (salt === undefined ? json : `${salt} ${json}`);

/** Reads a stored set and proves that it is the one with `digest`; throws SetDamaged. */
export const decodeSet = (bytes: Uint8Array, digest: string): readonly CanonicalObject[] => {
  const [format, ...lines] = new TextDecoder().decode(bytes).split("\n");
  if (format !== SET_FORMAT)
    throw new SetDamaged(`set ${digest} has the format ${JSON.stringify(format?.slice(0, 40))}`);
  let objects: readonly CanonicalObject[];
  try {
    objects = lines.map(readLine);
  } catch (cause) {
    throw new SetDamaged(`set ${digest} cannot be read`, { cause });
  }
  const found = setDigest(objects);
  if (found !== digest) throw new SetDamaged(`set ${digest} was read as ${found}`);
  return objects;
};

const readLine = (line: string): CanonicalObject => {
  const salt = /^[0-9a-f]{32}(?= \{)/.exec(line)?.[0];
  const json = salt === undefined ? line : line.slice(salt.length + 1);
  return canonicalOf(parseJson(json) as unknown as KubeObject, json, salt);
};
