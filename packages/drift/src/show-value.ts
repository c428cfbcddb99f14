import { sha256Hex } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import { ABSENT } from "./mask-values.ts";

/** One owned value that differs, fit to be shown: JSON; "" = absent; long ones by length and digest; Secrets masked. */
export interface Difference {
  readonly path: string;
  readonly desired: string;
  readonly live: string;
}

const MAX_BYTES = 256;
/** Of a Secret only these are shown: an annotation can carry a copy of the data. */
const SHOWN_OF_SECRET = [".type", ".immutable", ".metadata.labels", ".metadata.finalizers"];

const isHidden = (object: KubeObject, path: string): boolean =>
  object.kind === "Secret" && object.apiVersion === "v1" && !SHOWN_OF_SECRET.some((shown) => path.startsWith(shown));

/** The value at `path` for people. */
export const showValue = (object: KubeObject, path: string, token: string): string => {
  if (token === ABSENT) return "";
  if (isHidden(object, path)) return "(secret)";
  const bytes = Buffer.byteLength(token, "utf8");
  return bytes <= MAX_BYTES ? token : `(${bytes} bytes, sha256 ${sha256Hex(token).slice(0, 16)})`;
};
