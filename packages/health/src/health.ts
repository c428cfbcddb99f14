import type { HealthStatus } from "@evenkeel/words";

/** How one object is, and why. */
export interface Health {
  readonly status: HealthStatus;
  /** One CamelCase word, "" when there is nothing to add. */
  readonly reason: string;
  readonly message: string;
  /** This stands so long without an event; then time alone changes it. */
  readonly standsForMs?: number;
}

export const healthy: Health = { status: "Healthy", reason: "", message: "" };
export const progressing = (reason: string, message: string): Health => ({ status: "Progressing", reason, message });
/** Progressing until `age` has reached `limitMs`: at the latest one limit from now, whatever the two clocks say. */
export const progressingFor = (age: number, limitMs: number, reason: string, message: string): Health => ({
  ...progressing(reason, message),
  standsForMs: Math.min(limitMs, Math.max(1, limitMs - age)),
});
export const degraded = (reason: string, message: string): Health => ({ status: "Degraded", reason, message });
export const suspended = (reason: string, message: string): Health => ({ status: "Suspended", reason, message });
export const unknown = (reason: string, message: string): Health => ({ status: "Unknown", reason, message });
