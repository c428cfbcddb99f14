import type { Difference } from "./show-value.ts";
import type { TakenField } from "./taken-fields.ts";

/** A path of a custom resource has no limit of its own. */
const PATH_CHARS = 300;

const sizeOf = (field: object): number => Buffer.byteLength(Object.values(field).join(""), "utf8");

/** As many fields as fit into so many bytes, the first in any case: what is told must fit into a fact. */
export const fitFields = <Field extends Difference | TakenField>(fields: readonly Field[], bytes: number): Field[] => {
  let left = bytes;
  const told: Field[] = [];
  for (const field of fields) {
    const path = field.path.length > PATH_CHARS ? `${field.path.slice(0, PATH_CHARS - 1)}…` : field.path;
    const fit = { ...field, path };
    left -= sizeOf(fit);
    if (told.length > 0 && left < 0) break;
    told.push(fit);
  }
  return told;
};
