export { systemClock } from "@evenkeel/service-host";
export type { Clock } from "@evenkeel/service-host";
