import { ApplyResult } from "@evenkeel/contracts";
import type { RemovedUnit } from "@evenkeel/contracts";

import type { UnitRecord } from "../unit/unit-record.ts";

/** So long a unit that is no more is still told of. */
const SHOWN_MS = 3_600_000;

/** Units whose removal ended in the last hour, the newest first: they must not leave in silence. */
export const removedUnits = (records: Iterable<UnitRecord>, now: Date): RemovedUnit[] =>
  [...records]
    .flatMap(({ declared, desired, run }) => {
      const { endedAt } = run ?? {};
      if (declared !== undefined || desired?.removed !== true || run?.result !== ApplyResult.REMOVED) return [];
      if (endedAt === undefined || now.getTime() - endedAt.getTime() > SHOWN_MS) return [];
      return [{ unit: desired.unit, removedAt: endedAt, deleted: run.deleted }];
    })
    .toSorted((a, b) => b.removedAt.getTime() - a.removedAt.getTime());
