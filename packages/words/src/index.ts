export type { Reason, ReasonCode } from "./reason.ts";
