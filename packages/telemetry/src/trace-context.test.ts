import { describe, expect, it } from "vitest";

import { formatTraceparent, parseTraceparent } from "./trace-context.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const span = "00f067aa0ba902b7";

describe("parseTraceparent", () => {
  it.each([
    ["nothing", undefined],
    ["empty text", ""],
    ["upper case", `00-${trace.toUpperCase()}-${span}-01`],
    ["an all-zero trace id", `00-${"0".repeat(32)}-${span}-01`],
    ["an all-zero span id", `00-${trace}-${"0".repeat(16)}-01`],
    ["version ff", `ff-${trace}-${span}-01`],
    ["version 00 with more fields", `00-${trace}-${span}-01-x`],
    ["a short span id", `00-${trace}-${span.slice(1)}-01`],
  ])("refuses %s", (_, header) => expect(parseTraceparent(header)).toBeUndefined());

  it.each([
    ["version 00", `00-${trace}-${span}-01`, 1],
    ["a later version with more fields", `01-${trace}-${span}-01-later`, 1],
    ["the random flag, which is dropped", `00-${trace}-${span}-03`, 1],
    ["an unsampled parent", `00-${trace}-${span}-00`, 0],
  ])("reads %s", (_, header, traceFlags) =>
    expect(parseTraceparent(header)).toEqual({ traceId: trace, spanId: span, traceFlags, isRemote: true }),
  );

  it("round-trips and keeps tracestate", () => {
    const parsed = parseTraceparent(`00-${trace}-${span}-01`, "vendor=value");
    expect(parsed?.traceState?.serialize()).toBe("vendor=value");
    expect(formatTraceparent(parsed!)).toBe(`00-${trace}-${span}-01`);
  });
});
