import { describe, expect, it } from "vitest";

import { createLogger } from "./logger.ts";
import { logRecord, MAX_LINE_BYTES } from "./log-record.ts";

describe("logRecord", () => {
  it.each([
    ["keeps scalars as they are", { app: "web", n: 3, ok: true }, { app: "web", n: 3, ok: true }],
    ["writes a bigint as decimal text", { seq: 18446744073709551615n }, { seq: "18446744073709551615" }],
    ["leaves out what is undefined", { app: "web", cluster: undefined }, { app: "web" }],
    ["turns a list into one field", { refs: ["a", 1n] }, { refs: '["a","1"]' }],
    [
      "names an error by type and message, causes included",
      { error: new TypeError("outer", { cause: new Error("inner") }) },
      { "error.type": "TypeError", "error.message": "outer: caused by inner" },
    ],
    ["names a thrown non-error", { error: "text" }, { "error.type": "string", "error.message": "text" }],
  ])("%s", (_, fields, expected) => expect(logRecord(fields, "warn")).toEqual(expected));

  it("adds a stack only for level error", () => {
    const error = new Error("x");
    expect(logRecord({ error }, "error")).toHaveProperty(["error.stack"]);
    expect(logRecord({ error }, "warn")).not.toHaveProperty(["error.stack"]);
  });
});

describe("a log line", () => {
  const lineOf = (fields: Record<string, unknown>): string => {
    const lines: string[] = [];
    const to = { write: (line: string): unknown => lines.push(line) };
    createLogger({ service: "applier", version: "1.2.3", level: "info", to }, () => undefined).info("text", fields);
    expect(lines).toHaveLength(1);
    return lines[0] ?? "";
  };

  it.each([
    ["long ASCII", "x".repeat(1_000_000)],
    ["control characters, six bytes each", "\u0000".repeat(100_000)],
    ["three-byte characters", "\u20ac".repeat(100_000)],
    ["many lines", "line\n".repeat(10_000)],
  ])("stays one line of at most 16 KiB with %s", (_, text) => {
    const line = lineOf({ text, other: text });
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_LINE_BYTES);
    expect(line.indexOf("\n")).toBe(line.length - 1);
  });

  it("stays below the cap with a thousand fields", () => {
    const fields = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`f${n}`, "y".repeat(50)]));
    expect(Buffer.byteLength(lineOf(fields))).toBeLessThanOrEqual(MAX_LINE_BYTES);
  });

  it("carries time, level, service and version before its fields", () => {
    expect(JSON.parse(lineOf({ app: "web" }))).toMatchObject({
      level: "info",
      msg: "text",
      service: "applier",
      version: "1.2.3",
      app: "web",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    });
  });
});
