export { aggregate, worseFirst } from "./aggregate.ts";
export type { Health } from "./health.ts";
export { healthOf } from "./health-of.ts";
export { declaresEnd, hasEnded } from "./has-ended.ts";
