import type { ObjectRef } from "@evenkeel/words";

import { splitApiVersion } from "./api-version.ts";
import { canonicalJson, hmacHex, sha256Hex } from "./canonical.ts";
import { refOf } from "./kube-object.ts";
import type { KubeObject } from "./kube-object.ts";

/** One object of a set in its canonical form. */
export interface CanonicalObject {
  readonly ref: ObjectRef;
  /** API version without the group: `v1`. */
  readonly version: string;
  /** `sha256:<hex>` of `json`, with the salt in front where it has one. */
  readonly digest: string;
  readonly json: string;
  /** Of a Secret: without it, which stands beside the body alone, nobody can try values against the digest. */
  readonly salt?: string;
}

/** UTF-8 bytes of the canonical JSON. */
export const canonicalBytes = (object: KubeObject): Uint8Array => new TextEncoder().encode(canonicalJson(object));

/** `sha256:<hex>` of the canonical bytes. */
export const objectDigest = (object: KubeObject): string => `sha256:${sha256Hex(canonicalJson(object))}`;

/** `saltKey`: of whoever renders; the salt of a Secret follows from it and from the content, so that renders agree. */
export const toCanonical = (object: KubeObject, saltKey?: string): CanonicalObject => {
  const json = canonicalJson(object);
  const isSecret = object.kind === "Secret" && object.apiVersion === "v1";
  return canonicalOf(object, json, isSecret && saltKey !== undefined ? hmacHex(saltKey, json).slice(0, 32) : undefined);
};

/** One object from its canonical JSON and its salt. */
export const canonicalOf = (object: KubeObject, json: string, salt: string | undefined): CanonicalObject => {
  const { version } = splitApiVersion(object.apiVersion);
  const one = { ref: refOf(object), version, json };
  return salt === undefined
    ? { ...one, digest: `sha256:${sha256Hex(json)}` }
    : { ...one, salt, digest: `sha256:${sha256Hex(`${salt} ${json}`)}` };
};

/** Order by group, kind, namespace, name, each by UTF-16 code unit. */
export const compareRefs = (a: ObjectRef, b: ObjectRef): number =>
  order(a.group, b.group) || order(a.kind, b.kind) || order(a.namespace, b.namespace) || order(a.name, b.name);

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
