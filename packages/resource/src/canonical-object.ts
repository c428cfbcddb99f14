import { canonicalJson, sha256Hex } from "./canonical.ts";
import { refOf } from "./kube-object.ts";
import type { KubeObject } from "./kube-object.ts";
import type { ObjectRef } from "./object-ref.ts";
import { splitApiVersion } from "./object-ref.ts";

/** One object of a set in its canonical form. */
export interface CanonicalObject {
  readonly ref: ObjectRef;
  /** API version without the group: `v1`. */
  readonly version: string;
  /** `sha256:<hex>` of `json`. */
  readonly digest: string;
  readonly json: string;
}

/** UTF-8 bytes of the canonical JSON. */
export const canonicalBytes = (object: KubeObject): Uint8Array => new TextEncoder().encode(canonicalJson(object));

/** `sha256:<hex>` of the canonical bytes. */
export const objectDigest = (object: KubeObject): string => `sha256:${sha256Hex(canonicalJson(object))}`;

export const toCanonical = (object: KubeObject): CanonicalObject => {
  const json = canonicalJson(object);
  const { version } = splitApiVersion(object.apiVersion);
  return { ref: refOf(object), version, digest: `sha256:${sha256Hex(json)}`, json };
};

/** Order by group, kind, namespace, name, each by UTF-16 code unit. */
export const compareRefs = (a: ObjectRef, b: ObjectRef): number =>
  order(a.group, b.group) || order(a.kind, b.kind) || order(a.namespace, b.namespace) || order(a.name, b.name);

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
