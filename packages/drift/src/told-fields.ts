import type { Difference } from "./show-value.ts";

/** A path of a custom resource has no limit of its own. */
const PATH_CHARS = 300;

const sizeOf = ({ path, desired, live }: Difference): number => Buffer.byteLength(path + desired + live, "utf8");

/** As many differing fields as fit into so many bytes, the first in any case: what is told must fit into a fact. */
export const fitFields = (fields: readonly Difference[], bytes: number): Difference[] => {
  let left = bytes;
  const told: Difference[] = [];
  for (const field of fields) {
    const path = field.path.length > PATH_CHARS ? `${field.path.slice(0, PATH_CHARS - 1)}…` : field.path;
    const fit = { path, desired: field.desired, live: field.live };
    left -= sizeOf(fit);
    if (told.length > 0 && left < 0) break;
    told.push(fit);
  }
  return told;
};
