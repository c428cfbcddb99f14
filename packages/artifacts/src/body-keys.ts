import { buckets, fillKey } from "@evenkeel/contracts";
import type { StateRule } from "@evenkeel/contracts";

/** Any body, by the text of its key. */
export const anyBody = {
  bucket: "blobs",
  template: "{key*}",
  writers: ["source-watcher", "renderer"],
  codec: buckets.gitObject.codec,
} as const satisfies StateRule<Uint8Array>;

const hexOf = (digest: string): string => digest.replace(/^sha256:/, "");

/** Key of a Git object. */
export const gitObject = (oid: string): string => fillKey(buckets.gitObject.template, { oid });

/** Key of a declaration set by its digest. */
export const declarationSet = (digest: string): string =>
  fillKey(buckets.declarationSet.template, { hex: hexOf(digest) });

/** Key of a rendered set by its digest. */
export const renderedSet = (digest: string): string => fillKey(buckets.renderedSet.template, { hex: hexOf(digest) });
