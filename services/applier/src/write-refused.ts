/** The lease has ended or another owner has written: nothing more is written, the successor finds out what was. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
  readonly passing = true;
}

/** The audit record cannot be written or verified: then the cluster is not written either. */
export class AuditUnavailable extends Error {
  override readonly name = "AuditUnavailable";
}

/** The ledger has no room for another intent, and could not be rotated. */
export class LedgerFull extends AuditUnavailable {
  readonly remedy =
    "nothing is written until there is room: mend what keeps the ledger from being rotated (EVENKEEL_LEDGER_EXPORT_DIR of the applier), or run the bus migration with a larger EVENKEEL_BUS_SIZE";
}

/** Somebody else wrote the value since it was read: read it again and decide anew. */
export class StateMoved extends Error {
  override readonly name = "StateMoved";
  readonly passing = true;
}
