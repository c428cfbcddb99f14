import { expect, test } from "vitest";

import { canonicalMicroTime, canonicalTime } from "./go-time.ts";

test.each([
  ["2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"],
  ["2020-01-02T03:04:05.999Z", "2020-01-02T03:04:05Z"],
  ["2020-01-02T3:04:05-01:30", "2020-01-02T04:34:05Z"],
  ["2020-02-29T00:00:00Z", "2020-02-29T00:00:00Z"],
  ["0001-01-01T00:00:00Z", null],
])("%s is written as %s", (given, written) => {
  expect(canonicalTime(given)).toBe(written);
});

test.each([
  ["", 'parsing time "" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "2006"'],
  ["2020-13-01T00:00:00Z", 'parsing time "2020-13-01T00:00:00Z": month out of range'],
  ["2021-02-29T00:00:00Z", 'parsing time "2021-02-29T00:00:00Z": day out of range'],
  [
    "2020-01-02T03:04:05z",
    'parsing time "2020-01-02T03:04:05z" as "2006-01-02T15:04:05Z07:00": cannot parse "z" as "Z07:00"',
  ],
  ["2020-01-02T03:04:05Zx", 'parsing time "2020-01-02T03:04:05Zx": extra text: "x"'],
])("%j is refused in Go's words", (given, message) => {
  expect(() => canonicalTime(given)).toThrow(message);
});

test("micro times want and keep six digits", () => {
  expect(canonicalMicroTime("2020-01-02T03:04:05.120000+01:00")).toBe("2020-01-02T02:04:05.120000Z");
  expect(() => canonicalMicroTime("2020-01-02T03:04:05Z")).toThrow('cannot parse "Z" as ".000000"');
});
