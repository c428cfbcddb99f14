import { Health, Sync } from "@evenkeel/contracts";
import type { Reason, UnitStatus } from "@evenkeel/contracts";

/** Why something is not known now, and since when. */
export interface Doubt {
  readonly reason: Reason;
  readonly since: Date;
}

/** Why nothing is known at all while the bus does not answer. */
export const doubtOfBus = (answeredAt: Date): Doubt => {
  const message = `the bus has not answered since ${answeredAt.toISOString()}`;
  return {
    reason: { code: "BusUnavailable", message, remedy: "look at nats-server; all goes on by itself once it answers" },
    since: answeredAt,
  };
};

/** True if both say the same. */
export const isSameDoubt = (a: Doubt | undefined, b: Doubt | undefined): boolean =>
  a?.reason.code === b?.reason.code &&
  a?.reason.message === b?.reason.message &&
  a?.since.getTime() === b?.since.getTime();

/** Invariant told.true: a status of which nobody knows whether it still holds: both axes are Unknown, with the cause, and what was known last. */
export const withDoubt = (status: UnitStatus, { reason, since }: Doubt): UnitStatus => {
  const { health, sync } = status;
  const last = `last known ${sync}, ${health}`;
  return {
    ...status,
    sync: Sync.UNKNOWN,
    health: Health.UNKNOWN,
    reason: { ...reason, message: `${reason.message} (${last})` },
    reasonSince: since,
    doubt: { reason, since, lastSync: sync, lastHealth: health },
  };
};
