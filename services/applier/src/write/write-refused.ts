/** The lease has ended or another owner has written: nothing more is written, the successor finds out what was. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
  readonly passing = true;
}

/** Why nothing more is written where the lease has ended. */
export const leaseEnded = (partition: number): LeaseLost =>
  new LeaseLost(`the lease on partition ${partition} has ended`);

/** The audit record cannot be written or verified: then the cluster is not written either. */
export class AuditUnavailable extends Error {
  override readonly name = "AuditUnavailable";
  /** What to do, where that is not to make the bus anew. */
  readonly remedy: string | undefined;
}

/** As the migration begins them by time. */
const EPOCHS_PER_SECOND = 65_536n;

/** A cluster was written under an epoch that this bus has not given out. */
export class EpochUnknown extends AuditUnavailable {
  /** That epoch, where a bus made now would not be above it: some clock was ahead when it was given out. */
  readonly ahead: bigint | undefined;

  constructor(message: string, epoch: bigint, now: Date) {
    super(message);
    this.ahead = epoch >= BigInt(Math.floor(now.getTime() / 1000)) * EPOCHS_PER_SECOND ? epoch : undefined;
  }
}

/** The ledger has no room for another intent, and could not be rotated. */
export class LedgerFull extends AuditUnavailable {
  override readonly remedy =
    "nothing is written until there is room: mend what keeps the ledger from being rotated (EVENKEEL_LEDGER_EXPORT_DIR of the applier), or run the bus migration with a larger EVENKEEL_BUS_SIZE";
}

/** Somebody else wrote the value since it was read: read it again and decide anew. */
export class StateMoved extends Error {
  override readonly name = "StateMoved";
  readonly passing = true;
}
