/** How one object, or a whole unit, is, in Argo CD's words. A deletion in progress is Progressing with reason Terminating. */
export type HealthStatus = "Healthy" | "Progressing" | "Degraded" | "Suspended" | "Missing" | "Unknown";

/** How live stands to desired. Synced: it was read after the apply, and matched. */
export type SyncStatus = "Synced" | "OutOfSync" | "Unknown";
