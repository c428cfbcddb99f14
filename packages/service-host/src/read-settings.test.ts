import { describe, expect, it } from "vitest";

import { parseValue } from "./parse-value.ts";
import { readSettings } from "./read-settings.ts";
import type { SettingType } from "./setting.ts";
import { VERSION } from "./version.ts";

const row = { env: "EVENKEEL_X", help: "X.", example: "x" } as const;

describe("parseValue", () => {
  it.each([
    ["duration", "5s", 5000],
    ["duration", "250ms", 250],
    ["duration", "1m30s", 90_000],
    ["duration", "1.5h", 5_400_000],
    ["size", "64Mi", 67_108_864],
    ["size", "10k", 10_000],
    ["list", " a, b,,c ", ["a", "b", "c"]],
    ["bool", "true", true],
    ["int", "-3", -3],
    ["port", "0", 0],
    ["path", "/a/../b", "/b"],
    ["url", "http://127.0.0.1:4318", "http://127.0.0.1:4318"],
  ] satisfies [SettingType, string, unknown][])("reads %s %s", (type, text, value) =>
    expect(parseValue({ ...row, type }, text)).toEqual({ value }),
  );

  it.each([
    ["duration", "5", "needs a unit"],
    ["duration", "5 s", "is not a duration"],
    ["duration", "5x", 'unknown unit "x"'],
    ["duration", "s", "is not a duration"],
    ["duration", "5constructor", "unknown unit"],
    ["duration", "9999999999999d", "too large"],
    ["size", "64", "needs a unit"],
    ["size", "64MB", "unknown unit"],
    ["bool", "yes", "neither true nor false"],
    ["int", "1e3", "not a whole number"],
    ["port", "65536", "not a port"],
    ["url", "collector", "not a URL"],
  ] satisfies [SettingType, string, string][])("refuses %s %s", (type, text, fault) =>
    expect(parseValue({ ...row, type }, text)).toEqual({ fault: expect.stringContaining(fault) as string }),
  );

  it("keeps to the bounds of a row", () => {
    expect(parseValue({ ...row, type: "duration", min: 1000 }, "999ms")).toEqual({ fault: "is too small" });
    expect(parseValue({ ...row, type: "int", max: 3 }, "4")).toEqual({ fault: "is too large" });
  });
});

describe("readSettings", () => {
  const table = {
    pollMs: { ...row, env: "EVENKEEL_POLL", type: "duration", default: "60s", example: "5s" },
    level: { ...row, env: "EVENKEEL_LEVEL", type: "choice", choices: ["low", "high"], example: "low" },
    file: { ...row, env: "EVENKEEL_FILE", type: "path", optional: true, example: "/f" },
  } as const;

  it("takes the environment over the default and leaves out what is optional", () => {
    expect(readSettings(table, { EVENKEEL_LEVEL: "high" })).toEqual({ pollMs: 60_000, level: "high" });
    expect(readSettings(table, { EVENKEEL_LEVEL: "low", EVENKEEL_POLL: "1s" }).pollMs).toBe(1000);
  });

  it("names all problems together", () => {
    const read = (): unknown => readSettings(table, { EVENKEEL_POLL: "7" });
    expect(read).toThrow('configuration has 2 problems: EVENKEEL_POLL needs a unit (ms, s, m, h, d): "7"');
    expect(read).toThrow("EVENKEEL_LEVEL is not set; example: low");
  });

  it("knows the version of its package", async () => {
    const { default: manifest } = (await import("../package.json", { with: { type: "json" } })) as {
      default: { version: string };
    };
    expect(VERSION).toBe(manifest.version);
  });
});
