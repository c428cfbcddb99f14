import { describe, expect, it } from "vitest";

import { ManifestRefused } from "./manifest-refused.ts";
import { parseManifests } from "./parse-manifests.ts";

const secret = (value: string): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  pin: ${value}\n`;

/** Values of a Secret that are refused or warned about, each with what must not be told. */
const values: readonly (readonly [title: string, written: string, secret: string])[] = [
  ["digits after a zero", "08910891", "0891"],
  ["a number beyond 64 bits", "12345678901234567890123", "1234567890"],
  ["a number", "7391824", "7391824"],
  ["a number with an underscore that some readers take", "0_89_1", "89_1"],
  ["a word of YAML 1.1", "Yes", "Yes"],
  ["a date", "1987-04-09", "1987-04"],
  ["an alias that was meant as text", "*hunter2", "hunter2"],
  ["an anchor alone that was meant as text", "&hunter2", "hunter2"],
  ["a tag that was meant as text", "!hunter2", "hunter2"],
  ["a tag with a handle that was meant as text", "!a!hunter2", "hunter2"],
  ["a tag with characters that it cannot have", "!hunt{er2", "er2"],
  ["a tag before a value", "!hunter2 swordfish", "swordfish"],
  ["a known tag on a value that it does not fit", "!!int hunter2", "hunter2"],
  ["a character that begins no scalar", "`hunter2", "hunter2"],
  ["an unfinished quote", '"hunter2', "hunter2"],
  ["an unknown escape", '"hunter\\q2"', "hunter"],
  ["a surrogate", '"\\ud83dhunter2"', "d83d"],
  ["an escaped number that is no character", '"\\U00d80000"', "d80000"],
  ["an unfinished flow", "[hunter2", "hunter2"],
  ["a colon inside", "hunter2: swordfish: x", "hunter2"],
  ["a folded text that ends a line too early", "|2hunter2", "hunter2"],
  ["text after a quote", "'hunter2' swordfish", "swordfish"],
  ["a not finite number", ".NaN", ".NaN"],
];

const everything = (error: unknown): string => {
  const texts: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    texts.push(at.message, String(at), at.stack ?? "", JSON.stringify(at));
  return texts.join("\n");
};

describe("a value that is refused or warned about", () => {
  it.each(values)("is not told where it is %s", (_, written, hidden) => {
    for (const dialect of ["kustomize", "api"] as const) {
      for (const strict of [false, true]) {
        const bytes = new TextEncoder().encode(secret(written));
        try {
          const { warnings } = parseManifests(bytes, { file: "db.yaml", dialect, strict });
          expect(JSON.stringify(warnings)).not.toContain(hidden);
        } catch (error) {
          expect(error).toBeInstanceOf(ManifestRefused);
          expect(everything(error)).toContain("db.yaml:");
          expect(everything(error)).not.toContain(hidden);
        }
      }
    }
  });
});
