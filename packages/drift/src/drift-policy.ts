/** What can be found about one object; IN_SYNC is not among them. */
export type Verdict =
  | "DRIFT"
  | "OWN"
  | "MISSING"
  | "TERMINATING"
  | "EXTRA"
  | "RESIDUAL"
  | "ORDER"
  | "CONTESTED"
  | "UNVERIFIABLE";

/** What the application declares: put it back, tell only, or tell and take no new revision until a human acts. */
export type DriftPolicy = "correct" | "report" | "hold";
