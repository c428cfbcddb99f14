import type { JsonObject } from "@evenkeel/resource";

/** From 1.35 on resourceVersions may be compared by order (KEP-5504), within one incarnation of a cluster. */
export const versionsAreOrdered = (version: JsonObject): boolean => {
  const part = (name: string): number => {
    const text = version[name];
    return typeof text === "string" ? Number(text.replace(/\D.*$/, "")) : Number.NaN; // some clouds say "35+"
  };
  const [major, minor] = [part("major"), part("minor")];
  return major > 1 || (major === 1 && minor >= 35);
};
