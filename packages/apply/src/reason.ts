/** Why something is refused, held or failed: a code of the closed list, the words, and what to do about it. */
export interface Reason {
  readonly code: ReasonWord;
  readonly message: string;
  readonly remedy: string;
}

/** The codes of the closed list (contracts, reasons.ts) that decisions about applying give. */
export type ReasonWord =
  | "AdmissionDenied"
  | "ApiProtocolError"
  | "ApiUnavailable"
  | "ApiVersionRemoved"
  | "AuthFailed"
  | "DeleteStuck"
  | "DuplicateObject"
  | "EmptyDesired"
  | "FieldConflict"
  | "Fight"
  | "Forbidden"
  | "ImmutableField"
  | "KindMissing"
  | "LimitExceeded"
  | "MessageRefused"
  | "NamespaceMissing"
  | "ObjectInvalid"
  | "OwnershipConflict"
  | "PruneBudget"
  | "PruneDenied"
  | "PruneProtected"
  | "PruneUnproven"
  | "QuotaExceeded"
  | "ScopeDenied"
  | "SeqBehind"
  | "Superseded"
  | "TlsInvalid";
