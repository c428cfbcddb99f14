import { describe, expect, it } from "vitest";

import { canonicalJson, parseYaml } from "./index.ts";
import type { Dialect } from "./index.ts";
import { ManifestRefused } from "./manifest-refused.ts";

/** A value in canonical JSON, `warn` after it if the other dialect reads it otherwise, or the code of the refusal. */
type Row = readonly [scalars: readonly string[], kustomize: string, api?: string];

const same = (value: string, ...scalars: string[]): Row => [scalars, value];
const asWritten = (...scalars: string[]): readonly Row[] => scalars.map((scalar) => [[scalar], JSON.stringify(scalar)]);

const values: readonly Row[] = [
  same("420", "0644", "+0644", "0o644", "0O644"),
  same("-420", "-0644"),
  same("15", "0o17"),
  same("-15", "-0o17"),
  same("0", "00", "0", "-0", "-0.0", "0.0", "0e1"),
  same("7", "007", "0_7"),
  same("ScalarAmbiguous", "08", "09", "0o-1", "0b-0_1"),
  same("31", "0x1F", "0X1F", "0x1_F"),
  same("-31", "-0x1F"),
  same("3", "0b11", "0B11"),
  same("-3", "-0b11"),
  same("1000", "1_000", "1e3", "1E3", "1e+3"),
  same("10", "1__0"),
  same("1", "1_", "1.0", "1."),
  same("1000.5", "1_000.5"),
  ...asWritten("_1", "1,000", "tRue", "nULL", "1:30", "12:30:45", "22:22", "190:20:30", "1:30.5", "=", "<<"),
  ...asWritten("2026-01-01T00:00:00Z", "0x", "0o8", "0b2", "+", "-foo", "1.2.3", "0x1p4", "._5", "1e", "no-thing"),
  same("12", "+12", '!!int "12"'),
  same("5", "5."),
  same("0.5", ".5", "+.5", ".5_0"),
  same("-0.5", "-.5"),
  same("0.001", "0.1e-2"),
  same("1.1", "1.10"),
  same("0.3", "0.30"),
  same("3.141592653589793", "3.14159265358979323846"),
  same("100000000000000000000", "1e20"),
  same("1e+21", "1e21"),
  same("9007199254740993", "9007199254740993"),
  same("9223372036854775807", "9223372036854775807", "0x7FFFFFFFFFFFFFFF"),
  same("-9223372036854775808", "-9223372036854775808"),
  same("ScalarRefused", "9223372036854775808", "12345678901234567890", "18446744073709551615", "0xFFFFFFFFFFFFFFFF"),
  same("ScalarRefused", "18446744073709551616", "-9223372036854775809", "123456789012345678901234567890", "1e400"),
  same("ScalarRefused", ".inf", ".Inf", ".INF", "+.inf", "-.inf", ".nan", ".NaN", ".NAN"),
  same("true", "true", "True", "TRUE"),
  same("false", "false", "False", "FALSE"),
  ...["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"].map((word): Row => [[word], `"${word}" warn`, "true warn"]),
  ...["n", "N", "no", "No", "NO", "off", "Off", "OFF"].map((word): Row => [[word], `"${word}" warn`, "false warn"]),
  same("null", "~", "null", "Null", "NULL", "", '!!null ""'),
  [["2026-01-01", "2026-1-1"], '"2026-01-01T00:00:00Z" warn'],
  [["2026-01-01 00:00:00"], '"2026-01-01T00:00:00Z" warn', '"2026-01-01 00:00:00" warn'],
  [["2026-01-01t00:00:00+02:00"], '"2026-01-01T00:00:00+02:00" warn', '"2026-01-01t00:00:00+02:00" warn'],
  [["2026-01-01T00:00:00.50Z"], '"2026-01-01T00:00:00.5Z" warn', '"2026-01-01T00:00:00.50Z" warn'],
  same('"2026-13-01"', "2026-13-01"),
  same('"08"', '"08"', "'08'", "!!str 08"),
  same('"yes"', "'yes'", "!!str yes"),
  same('"123"', "!!str 123", "!<tag:yaml.org,2002:str> 123"),
  same("1", "!!float 1"),
  same("YamlRefused", "!!bool yes", '!!bool "yes"', "!!timestamp 2026-01-01", "!!int 1.5", "!!int x", "!!null x"),
  same("YamlRefused", "!!binary aGVsbG8=", "!Custom x", '!!js/function "x"', "!!set {a}", "!!omap [a: 1]", "! x"),
  same("true", "!!bool true"),
  same("ScalarRefused", "!!float .inf", "!!int 9223372036854775808"),
];

const keys: readonly Row[] = [
  ...["y", "yes", "on", "n", "no", "off"].map((key): Row => [[key], `"${key}" warn`, "YamlRefused"]),
  same("YamlRefused", "1", "0644", "0x1F", "1.5", ".5", "1e3", "true", "2026-01-01", "9007199254740993"),
  same("YamlRefused", "null", "~", "18446744073709551615", "{a: 1}", "[1]", "2026-01-01T00:00:00Z", ".inf", "!!int 5"),
  same('"y"', '"y"'),
  same('""', '""'),
  ...asWritten("=", "1:30", "name", "namespace", "constructor", "toString", "x.y/z"),
  same('"5"', "!!str 5"),
  same('"<<"', '"<<"'),
  same("KeyForbidden", "__proto__", '"__proto__"'),
];

const read = (
  text: string,
  dialect: Dialect,
  pick: (value: { readonly [key: string]: unknown }) => unknown,
): string => {
  try {
    const { documents, warnings } = parseYaml(new TextEncoder().encode(text), { file: "a.yaml", dialect });
    const value = pick(documents[0]!.value as { readonly [key: string]: unknown });
    return `${canonicalJson(value as never)}${warnings.length > 0 ? " warn" : ""}`;
  } catch (error) {
    if (error instanceof ManifestRefused) return error.code;
    throw error;
  }
};

const cases = (rows: readonly Row[]) =>
  rows.flatMap(([scalars, kustomize, api]) =>
    scalars.flatMap((scalar) => [
      { scalar, dialect: "kustomize" as const, expected: kustomize },
      {
        scalar,
        dialect: "api" as const,
        expected: api ?? (/^"2026.* warn$/.test(kustomize) ? `"${scalar}" warn` : kustomize),
      },
    ]),
  );

describe("the golden table of Kubernetes YAML", () => {
  it.each(cases(values))("reads the value $scalar as $expected ($dialect)", ({ scalar, dialect, expected }) => {
    expect(read(`v: ${scalar}\n`, dialect, (value) => value["v"])).toBe(expected);
  });

  it.each(cases(keys))("reads the key $scalar as $expected ($dialect)", ({ scalar, dialect, expected }) => {
    expect(read(`${scalar}: v\n`, dialect, (value) => Object.keys(value)[0])).toBe(expected);
  });

  it("turns an ambiguous scalar into a refusal in strict mode, with its path and place", () => {
    const text = new TextEncoder().encode("a:\n  - b: yes\n");
    expect(() => parseYaml(text, { file: "a.yaml", dialect: "kustomize", strict: true })).toThrow(
      "a.yaml:2:8: a[0].b: a word of YAML 1.1 (yes, no, on, off) is read as a string here, as a boolean by others; put it in quotes",
    );
  });
});
