import { resolve } from "node:path";

import type { Setting, SettingType } from "./setting.ts";

/** A value, or what is wrong with the text. */
export type Parsed = { readonly value: unknown } | { readonly fault: string };

const unitsOfTime = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const unitsOfSize = { B: 1, k: 1000, Ki: 1024, M: 1e6, Mi: 1024 ** 2, G: 1e9, Gi: 1024 ** 3 } as const;

const withUnits = (text: string, units: Readonly<Record<string, number>>, what: string): Parsed => {
  const names = Object.keys(units);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([A-Za-z]*)/gy)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) return { fault: `is not ${what}` };
  let sum = 0;
  for (const [, number = "", unit = ""] of parts) {
    if (unit === "") return { fault: `needs a unit (${names.join(", ")})` };
    const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
    if (factor === undefined) return { fault: `has the unknown unit "${unit}" (known: ${names.join(", ")})` };
    sum += Number(number) * factor;
  }
  return Number.isSafeInteger(Math.round(sum)) ? { value: Math.round(sum) } : { fault: "is too large" };
};

const whole = (text: string): Parsed => {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? { value } : { fault: "is not a whole number" };
};

const port = (text: string): Parsed => {
  const parsed = whole(text);
  if ("fault" in parsed) return parsed;
  const value = parsed.value as number;
  return value >= 0 && value <= 65_535 ? parsed : { fault: "is not a port (0 to 65535)" };
};

const parsers: Record<SettingType, (text: string, setting: Setting) => Parsed> = {
  text: (text) => ({ value: text }),
  choice: (text, { choices = [] }) =>
    choices.includes(text) ? { value: text } : { fault: `is none of ${choices.join(", ")}` },
  duration: (text) => withUnits(text, unitsOfTime, "a duration"),
  size: (text) => withUnits(text, unitsOfSize, "a size"),
  path: (text) => ({ value: resolve(text) }),
  url: (text) => (URL.canParse(text) ? { value: text } : { fault: "is not a URL" }),
  list: (text) => ({
    value: text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  }),
  int: whole,
  port,
  bool: (text) =>
    text === "true" || text === "false" ? { value: text === "true" } : { fault: "is neither true nor false" },
};

/** Reads the text of one setting: durations to milliseconds, sizes to bytes, paths made absolute. */
export const parseValue = (setting: Setting, text: string): Parsed => {
  const parsed = parsers[setting.type](text, setting);
  if ("fault" in parsed || typeof parsed.value !== "number") return parsed;
  if (setting.min !== undefined && parsed.value < setting.min) return { fault: "is too small" };
  if (setting.max !== undefined && parsed.value > setting.max) return { fault: "is too large" };
  return parsed;
};
