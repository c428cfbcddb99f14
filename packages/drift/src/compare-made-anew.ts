import type { KubeObject } from "@evenkeel/resource";

import { managersOf } from "./differing-managers.ts";
import type { Attribution } from "./differing-managers.ts";
import { FieldsRefused, compileMask } from "./field-mask.ts";
import { fieldsOfBody } from "./fields-of-body.ts";
import { differencesAt, differing } from "./decide-drift.ts";
import { valuesOf } from "./mask-values.ts";
import type { ObjectRecord } from "./object-record.ts";
import { ownEntry } from "./owned-entry.ts";
import type { Difference } from "./show-value.ts";

/** Where an object that may not be changed back is another one than a fresh one would be. */
export interface MadeAnew {
  readonly differences: readonly Difference[];
  readonly managers: readonly Attribution[];
}

/**
 * Compares what the server would make of our last apply under another name (`made`) with what is live, in the fields that
 * are ours; where it may not be asked that (`made` is undefined), what was sent. Undefined where nothing differs, or where
 * that cannot be told.
 */
export const compareMadeAnew = (
  record: ObjectRecord,
  { body, made }: { readonly body: KubeObject; readonly made: KubeObject | undefined },
  live: KubeObject,
): MadeAnew | undefined => {
  const fields = made === undefined ? fieldsOfBody(body) : ownEntry(made)?.fieldsV1;
  if (fields === undefined) return undefined;
  try {
    const mask = compileMask(fields);
    const [wanted, found] = [valuesOf(mask, made ?? body), valuesOf(mask, live)];
    const paths = differing(wanted, found);
    if (paths.length === 0) return undefined;
    return {
      differences: differencesAt(paths, wanted, found, live),
      managers: managersOf(live, paths, record.time),
    };
  } catch (error) {
    if (error instanceof FieldsRefused) return undefined;
    throw error;
  }
};
