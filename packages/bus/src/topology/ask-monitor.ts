import type { MigrateConfig } from "../bus-config.ts";

// The one place that speaks HTTP: what the monitoring address of a server tells, which a migration may be given.

/** Where servers tell of themselves. */
export const monitorUrls = ({ monitorUrl = "" }: MigrateConfig): readonly string[] =>
  monitorUrl.split(",").flatMap((url) => (url.trim() === "" ? [] : [url.trim().replace(/\/$/, "")]));

/** What a server answers there, as JSON. */
export const askMonitor = async (url: string, path: string, signal?: AbortSignal): Promise<unknown> =>
  (await fetch(`${url}${path}`, { signal: signal ?? null })).json();
