import { Health } from "@evenkeel/contracts";
import type { DriftDetected, DriftResolved, Finding, HealthChanged } from "@evenkeel/contracts";
import { formatRef } from "@evenkeel/words";

import { healthText } from "./tell/tell-health.ts";
import type { TrackedUnit } from "./track/tracked.ts";
import type { UnitTable } from "./track/unit-table.ts";

/** What was published in an earlier term: it is not told again, and its ends are. */
export interface PublishedBefore {
  drift(fact: DriftDetected): void;
  resolved(fact: DriftResolved): void;
  health(fact: HealthChanged): void;
}

const rememberFindings = ({ published }: TrackedUnit, findings: readonly Finding[]): void => {
  published.findings = new Map(
    findings.flatMap((fact) =>
      fact.ref === undefined ? [] : [[formatRef(fact.ref), { fact, found: undefined }] as const],
    ),
  );
};

export const onPublishedBefore = (table: UnitTable): PublishedBefore => ({
  drift: ({ cause, findings, unit: of }) => {
    if (of === undefined) return;
    const unit = table.unitOf(of);
    rememberFindings(unit, findings);
    unit.published.driftCause = cause;
  },
  resolved: ({ stillOpen, unit }) => {
    if (unit !== undefined && stillOpen === 0) rememberFindings(table.unitOf(unit), []);
  },
  health: (fact) => {
    if (fact.unit === undefined) return;
    const unit = table.unitOf(fact.unit);
    unit.published.health = healthText(fact);
    unit.endedBefore = new Set(fact.endedUids);
    unit.degradedBefore = new Map(
      fact.unhealthy.flatMap(({ ref, health: how, message }) =>
        ref === undefined || how !== Health.DEGRADED ? [] : [[formatRef(ref), message] as const],
      ),
    );
  },
});
