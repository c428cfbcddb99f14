/** What can be found about one object; IN_SYNC is not among them. */
export type Verdict = "DRIFT" | "OWN" | "MISSING" | "TERMINATING" | "ORDER" | "CONTESTED" | "UNVERIFIABLE";
