import { createHmac, hash, hkdfSync } from "node:crypto";

import { canonicalJson } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

/** Hashes text to 32 hex digits; for a Secret keyed, so that no hash can be guessed back, with the key's name in front. */
export type Fingerprint = (text: string) => string;

const LENGTH = 32;

const keyed = (key: string, text: string): string =>
  createHmac("sha256", key).update(text).digest("hex").slice(0, LENGTH);

/** The key for the hashes of Secrets, from the secret that those have who write records and who read them. */
export const hashKeyOf = (secret: string, installation: string): string =>
  Buffer.from(hkdfSync("sha256", secret, installation, "evenkeel/record/2", 32)).toString("hex");

/** Names a key without telling of it: hashes of different keys are never compared. */
const nameOf = (hashKey: string): string => keyed(hashKey, "name").slice(0, 8);

/** The fingerprint for one object. Equal Secrets have unequal hashes, or whoever may make one could try values. */
export const fingerprintFor = (object: KubeObject, hashKey: string): Fingerprint => {
  const isSecret = object.kind === "Secret" && object.apiVersion === "v1";
  if (!isSecret) return (text) => hash("sha256", text, "hex").slice(0, LENGTH);
  const name = nameOf(hashKey);
  return (text) => `${name}.${keyed(hashKey, `${object.metadata.uid ?? ""}\0${text}`)}`;
};

/** Whether hashes of a Secret can be compared under this key; those of before have another one, or none that is secret. */
export const isKeyedBy = (fingerprint: string, hashKey: string): boolean =>
  fingerprint.startsWith(`${nameOf(hashKey)}.`);

/** One text of a map of paths. */
export const linesOf = (values: ReadonlyMap<string, string>): string =>
  [...values].map(([path, value]) => `${path}\0${value}\n`).join("");

/** What a write may change without raising `generation`. */
export const metaText = ({ metadata }: KubeObject): string =>
  canonicalJson({
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    finalizers: metadata.finalizers ?? [],
    ownerReferences: metadata.ownerReferences ?? [],
  });
