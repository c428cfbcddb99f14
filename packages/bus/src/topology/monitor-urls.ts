import type { MigrateConfig } from "../bus-config.ts";

/** Where servers tell of themselves. */
export const monitorUrls = ({ monitorUrl = "" }: MigrateConfig): readonly string[] =>
  monitorUrl.split(",").flatMap((url) => (url.trim() === "" ? [] : [url.trim().replace(/\/$/, "")]));
