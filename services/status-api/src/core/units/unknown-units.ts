import type { Reason, Unit, UnknownUnits } from "@evenkeel/contracts";

import type { Doubt } from "../doubt.ts";

/** Units named for one cause; all are counted. */
const NAMED = 100;

const unread: Reason = {
  code: "Pending",
  message: "the fleet repository has not been read yet",
  remedy: "nothing: it is told in some seconds; npx evenkeel get repositories says what hinders",
};

/** Of which units nothing is known now, by cause; and that no unit is known, where the fleet was never read. */
export const unknownUnits = (
  units: Iterable<{ readonly unit: Unit; readonly doubt: Doubt | undefined }>,
  isFleetRead: boolean,
): UnknownUnits[] => {
  const byCause = new Map<string, UnknownUnits & { units: Unit[] }>();
  for (const { doubt, unit } of units) {
    if (doubt === undefined) continue;
    const key = `${doubt.reason.code}\0${doubt.reason.message}`;
    const known = byCause.get(key) ?? { reason: doubt.reason, since: doubt.since, units: [], unitCount: 0 };
    if (known.units.length < NAMED) known.units.push(unit);
    byCause.set(key, { ...known, unitCount: known.unitCount + 1 });
  }
  const causes = [...byCause.values()];
  return isFleetRead ? causes : [{ reason: unread, since: undefined, units: [], unitCount: 0 }, ...causes];
};
