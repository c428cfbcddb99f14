import { createHmac, hash } from "node:crypto";

import { canonicalJson } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

/** Hashes text to 32 hex digits; for a Secret keyed with `hashKey`, so that a hash cannot be guessed back. */
export type Fingerprint = (text: string) => string;

const LENGTH = 32;

/** The key of an installation for the hashes of Secrets: who writes records and who reads them use the same. */
export const hashKeyOf = (installation: string): string => `evenkeel/record/1/${installation}`;

/** The fingerprint for one object's kind. */
export const fingerprintFor = (object: KubeObject, hashKey: string): Fingerprint => {
  const isSecret = object.kind === "Secret" && object.apiVersion === "v1";
  return (text) =>
    (isSecret ? createHmac("sha256", hashKey).update(text).digest("hex") : hash("sha256", text, "hex")).slice(
      0,
      LENGTH,
    );
};

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
