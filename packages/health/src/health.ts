/** How one object, or a whole unit, is. A deletion in progress is Progressing with reason Terminating. */
export type HealthStatus = "Healthy" | "Progressing" | "Degraded" | "Suspended" | "Missing" | "Unknown";

export interface Health {
  readonly status: HealthStatus;
  /** One CamelCase word, "" when there is nothing to add. */
  readonly reason: string;
  readonly message: string;
}

export const healthy: Health = { status: "Healthy", reason: "", message: "" };
export const progressing = (reason: string, message: string): Health => ({ status: "Progressing", reason, message });
export const degraded = (reason: string, message: string): Health => ({ status: "Degraded", reason, message });
export const suspended = (reason: string, message: string): Health => ({ status: "Suspended", reason, message });
export const unknown = (reason: string, message: string): Health => ({ status: "Unknown", reason, message });
