import { describe, expect, test } from "vitest";

import { hasFormat, supportedFormat } from "./string-formats.ts";

/** Each: texts that have the format, then texts that do not. */
const table: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  date: [
    ["2024-02-29", "0004-02-29"],
    ["2023-02-29", "2024-1-1", "x"],
  ],
  "date-time": [
    ["2024-01-01T00:00:00Z", "2024-01-01t10:00:00.5+02:00"],
    ["2024-01-01", "2024-01-01T25:00:00Z", "2024-01-01T00:00:00"],
  ],
  duration: [
    ["1s", "1h2m", "1.5h", "3 days", "0", "-1ms"],
    ["x", "10", "1 fortnight"],
  ],
  email: [
    ["a@b.c", "Ann <a@b.c>"],
    ["x", "a b@c.d", "@b.c"],
  ],
  hostname: [
    ["a.example.com", "a", "localhost"],
    ["-a", "a_b", "x.1"],
  ],
  ipv4: [
    ["1.2.3.4", "01.2.3.4"],
    ["1.2.3", "::1", "256.1.1.1"],
  ],
  ipv6: [
    ["::1", "fe80::1"],
    ["1.2.3.4", "g::"],
  ],
  cidr: [
    ["10.0.0.0/8", "::/0"],
    ["10.0.0.0/33", "10.0.0.0", "::/129"],
  ],
  mac: [
    ["01:23:45:67:89:ab", "01-23-45-67-89-ab", "0123.4567.89ab"],
    ["01:23", "01:23-45:67:89:ab"],
  ],
  uri: [
    ["http://a.b/c", "/a/b", "x:y"],
    ["a/b", "", "/a%zz"],
  ],
  uuid: [["123e4567-e89b-12d3-a456-426614174000", "123E4567E89B12D3A456426614174000"], ["x"]],
  uuid4: [["123e4567-e89b-42d3-a456-426614174000"], ["123e4567-e89b-12d3-a456-426614174000"]],
  byte: [["YQ=="], ["YQ", "a", ""]],
  isbn: [
    ["0321751043", "978-0321751041"],
    ["123", "0321751044"],
  ],
  creditcard: [["4111111111111111"], ["4111 1111 1111 1112"]],
  ssn: [["123-45-6789"], ["123456789"]],
  "k8s-short-name": [["a-b"], ["A", "a.b", "-a"]],
  "k8s-long-name": [["a.b-c"], ["a..b"]],
};

describe("the formats of strings", () => {
  test.each(Object.entries(table))("%s", (format, [right, wrong]) => {
    expect(right.filter((text) => !hasFormat(text, format))).toEqual([]);
    expect(wrong.filter((text) => hasFormat(text, format))).toEqual([]);
  });

  test("a format counts only with a type that it belongs to", () => {
    expect(supportedFormat("int32", ["integer"])).toBe("int32");
    expect(supportedFormat("int32", ["string"])).toBe("");
    expect(supportedFormat("date", [])).toBe("date");
    expect(supportedFormat("unheard-of", ["string"])).toBe("");
  });
});
