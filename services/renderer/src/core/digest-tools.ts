import { canonicalJson, sha256Hex } from "@evenkeel/resource";
import type { Tools } from "@evenkeel/render";

/** Name of a set of render tools: it changes with a name, a version or a single bit of a binary. */
export const digestTools = (tools: Tools): string =>
  `sha256:${sha256Hex(
    canonicalJson(
      Object.values(tools)
        .map(({ name, version, digest }) => [name, version, digest])
        .toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
    ),
  )}`;
