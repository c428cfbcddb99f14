/** The closed vocabulary of what an answer of the API server means. */
export type ApiErrorClass =
  | "CONFLICT" // fields of other managers
  | "STALE" // a precondition or version no longer holds
  | "INVALID"
  | "TRANSIENT"
  | "THROTTLED"
  | "DENIED" // by an admission webhook or policy
  | "KIND_UNKNOWN"
  | "NAMESPACE_MISSING"
  | "NOT_FOUND"
  | "NAMESPACE_TERMINATING"
  | "QUOTA"
  | "FORBIDDEN"
  | "AUTH"
  | "TOO_LARGE"
  | "LEGACY" // no server-side apply there
  | "GONE" // 410: the resourceVersion or continue token is too old
  | "TLS"
  | "PROTOCOL"
  | "UNIDENTIFIED" // nobody lets us know which cluster it is
  | "CUT_SHORT"; // no connection lasts from that question to the call
