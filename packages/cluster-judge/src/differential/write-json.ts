import type { Value } from "@evenkeel/embedded-cluster";
import { isMap } from "@evenkeel/embedded-cluster";

/** JSON text of a value, in the order of its keys; integers beyond 2^53 exactly, undefined members left out. */
export const writeJson = (value: Value): string => {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const members: string[] = [];
  for (const [key, member] of Object.entries(value) as [string, Value | undefined][]) {
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${writeJson(member)}`);
  }
  return `{${members.join(",")}}`;
};
