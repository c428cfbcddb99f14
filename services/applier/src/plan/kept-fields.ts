import { isStillKept, keptReason } from "@evenkeel/apply";
import type { KeptField } from "@evenkeel/apply";
import type { ObjectRef } from "@evenkeel/contracts";
import { isApiError } from "@evenkeel/kube";
import { formatRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import { unitKey } from "../partition/partition.ts";
import type { RunEnd } from "../run/run-end.ts";

/** Fields of one object that have left Git and stay. */
export interface KeptObject {
  readonly ref: ObjectRef;
  readonly fields: readonly KeptField[];
}

/** Nobody says so when such a field goes. */
const LOOK_MS = 60_000;

const stillKept = async (run: Run, { ref, fields }: KeptObject): Promise<KeptObject> => {
  try {
    const live = await run.kube.getObject(ref, {}, run.signal);
    return { ref, fields: live === undefined ? [] : fields.filter((field) => isStillKept(field, live)) };
  } catch (error) {
    if (isApiError(error)) return { ref, fields };
    throw error;
  }
};

/** The end of a run that also tells what left Git and stays: found by this run, or by one before it and there still. */
export const withKept = async (run: Run, end: RunEnd): Promise<RunEnd> => {
  const { kept } = run.partition;
  const key = unitKey(run.fact.unit);
  const written = new Set(end.kept?.map(({ ref }) => formatRef(ref)));
  const items = run.means.items;
  const known = (run.fact.removed ? [] : (kept.get(key) ?? [])).filter(
    ({ ref }) => !written.has(formatRef(ref)) && items.get(formatRef(ref))?.absentSince === undefined,
  );
  const found = [...(end.kept ?? []), ...(await Promise.all(known.map(async (each) => stillKept(run, each))))];
  const standing = found.filter(({ fields }) => fields.length > 0);
  if (standing.length === 0) {
    kept.delete(key);
    return end;
  }
  kept.set(key, standing);
  const parked = [
    ...(end.report.parked ?? []),
    ...standing.map(({ ref, fields }) => ({ ref, reason: keptReason(ref, fields) })),
  ];
  return { ...end, report: { ...end.report, parked }, lookAgain: end.lookAgain ?? LOOK_MS };
};
