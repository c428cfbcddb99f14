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

export type DriftAction =
  | "apply-force"
  /** Without force: succeeds while no differing value would be taken. No alert. */
  | "apply"
  | "apply-when-gone"
  | "adopt-and-prune"
  | "backoff"
  | "alert"
  | "record"
  | "wait"
  | "show";

interface Row {
  readonly correct: DriftAction;
  readonly report: DriftAction;
}

/** kubernetes.md 6.3. `hold` acts as `report`. */
const ROWS = {
  DRIFT: { report: "alert", correct: "apply-force" },
  OWN: { report: "record", correct: "apply" },
  MISSING: { report: "alert", correct: "apply" },
  TERMINATING: { report: "wait", correct: "apply-when-gone" },
  EXTRA: { report: "alert", correct: "adopt-and-prune" },
  RESIDUAL: { report: "show", correct: "show" },
  ORDER: { report: "alert", correct: "alert" },
  CONTESTED: { report: "alert", correct: "backoff" },
  UNVERIFIABLE: { report: "show", correct: "show" },
} as const satisfies Readonly<Record<Verdict, Row>>;

/** What is done about a verdict under a policy. */
export const driftAction = (verdict: Verdict, policy: DriftPolicy): DriftAction =>
  ROWS[verdict][policy === "correct" ? "correct" : "report"];
