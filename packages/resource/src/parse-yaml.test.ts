import { describe, expect, it } from "vitest";

import { canonicalJson, parseYaml } from "./index.ts";
import type { ParseYamlOptions } from "./index.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string, options: Partial<ParseYamlOptions> = {}) =>
  parseYaml(bytes(text), { file: "a.yaml", dialect: "kustomize", ...options });
const json = (text: string, options: Partial<ParseYamlOptions> = {}): string[] =>
  parse(text, options).documents.map(({ value }) => canonicalJson(value));

const refusals: readonly (readonly [name: string, text: string, code: string, place: string])[] = [
  ["a duplicate key at the root", "a: 1\nb: 2\na: 3\n", "DuplicateKey", "3:1"],
  ["a duplicate key below", "m:\n  a: 1\n  a: 3\n", "DuplicateKey", "3:3"],
  ["a duplicate key whose first value is null", "a:\na: 3\n", "DuplicateKey", "2:1"],
  ["two merges in one map", "a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a\n", "DuplicateKey", "4:3"],
  ["a merge of a scalar", "b:\n  <<: 5\n", "YamlRefused", "2:7"],
  ["a lone carriage return", "a: 1\rb: 2\n", "NotUtf8Text", "1:5"],
  ["a raw NUL", "a: x\u0000y\n", "NotUtf8Text", "1:5"],
  ["a raw DEL", 'a: "x\u007fy"\n', "NotUtf8Text", "1:6"],
  ["a raw U+0085", "a: x\u0085y\n", "NotUtf8Text", "1:5"],
  ["a raw U+2028", "a: x\u2028y\n", "NotUtf8Text", "1:5"],
  ["a BOM after the start", "a: 1\n\ufeff---\nb: 2\n", "NotUtf8Text", "2:1"],
  ["a tab as indent", "a:\n\tb: 1\n", "YamlRefused", "2:1"],
  ["an alias without an anchor", "a: *b\n", "YamlRefused", "1:4"],
  ["the escape of JSON", 'a: "x\\/y"\n', "YamlRefused", "1:4"],
  ["a surrogate pair in escapes", 'a: "\\ud83d\\ude00"\n', "YamlRefused", "1:4"],
  ["an escape beyond Unicode", 'a: "\\U00110000"\n', "YamlRefused", "1:4"],
  ["the directive %YAML 1.1", "%YAML 1.1\n---\na: 1\n", "YamlRefused", "1:1"],
  ["the directive %YAML 1.2", "%YAML 1.2\n---\na: 1\n", "YamlRefused", "1:1"],
  ["a directive that nobody knows", "%FOO bar\n---\na: 1\n", "YamlRefused", "1:1"],
  ["a cycle", "a: &a [*a]\n", "YamlRefused", "1:8"],
  ["a cycle through a map", "data: &a {x: *a}\n", "YamlRefused", "1:14"],
  ["a map as key", "? {a: 1}\n: b\n", "YamlRefused", "1:3"],
  ["an unclosed bracket", "a: [1, 2\n", "YamlRefused", "2:1"],
  ["a key of 1,025 characters", `${"k".repeat(1025)}: 1\n`, "LimitExceeded", "1:1"],
  ["a ? between brackets, which some take for a key", "a: [http://x/?b=c]\n", "YamlRefused", "1:5"],
  ["a key with a ? between braces", "a: {b?: c}\n", "YamlRefused", "1:5"],
  ["a number out of range below a list", "a:\n  - 1\n  - 1e400\n", "ScalarRefused", "3:5"],
];

describe("a value between brackets that is not written", () => {
  it.each([
    ["{a}", '{"a":""}', '{"a":null}'],
    ["{a, b: c}", '{"a":"","b":"c"}', '{"a":null,"b":"c"}'],
    ["{a: }", '{"a":""}', '{"a":null}'],
    ["[a: ]", '[{"a":""}]', '[{"a":null}]'],
    ["{a: ~}", '{"a":null}', '{"a":null}'],
    ["a:", '{"a":null}', '{"a":null}'],
    ["- \n- a", '[null,"a"]', '[null,"a"]'],
  ])("is what each reader makes of it, with a warning where they differ: %s", (text, kustomize, api) => {
    expect(json(text)).toEqual([kustomize]);
    expect(json(text, { dialect: "api" })).toEqual([api]);
    expect(parse(text).warnings.map(({ code }) => code)).toEqual(kustomize === api ? [] : ["ScalarAmbiguous"]);
    if (kustomize !== api)
      expect(() => parse(text, { strict: true })).toThrow(expect.objectContaining({ code: "ScalarAmbiguous" }));
  });
});

describe("parseYaml", () => {
  it.each(refusals)("refuses %s", (_name, text, code, place) => {
    const [line, column] = place.split(":").map(Number);
    expect(() => parse(text)).toThrow(expect.objectContaining({ name: "ManifestRefused", code, line, column }));
  });

  it.each([
    [
      "own key after a merge wins",
      "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  x: 3\n",
      '{"a":{"x":1,"y":2},"b":{"x":3,"y":2}}',
    ],
    ["own key before a merge wins", "a: &a {x: 1}\nb:\n  x: 3\n  <<: *a\n", '{"a":{"x":1},"b":{"x":3}}'],
    [
      "the first of merged maps wins",
      "a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc:\n  <<: [*a, *b]\n",
      '{"a":{"x":1},"b":{"x":2,"y":2},"c":{"x":1,"y":2}}',
    ],
    ["an anchor may be used often and set anew", "a: &a 1\nb: *a\nc: &a 2\nd: *a\n", '{"a":1,"b":1,"c":2,"d":2}'],
    ["a BOM in front, CRLF and a closing ...", "\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\n...\r\n", '{"a":1,"b":"x\\ny\\n"}'],
    ["escapes of characters", 'a: "\\x41\\u00e9\\U0001F600\\u2028"\n', '{"a":"Aé😀\u2028"}'],
    ["block scalars", "a: >-\n  x\n  y\nb: |+\n  z\n\n", '{"a":"x y","b":"z\\n\\n"}'],
    ["a ? in a plain scalar elsewhere", 'a: x?y\nb: ["x?"]\n', '{"a":"x?y","b":["x?"]}'],
    ["a % inside a scalar", 'a: "x\n  %y"\n---\n"x\n%y"\n', '{"a":"x %y"}'],
    [
      "a key that only has a prototype's name",
      "constructor: 1\nhasOwnProperty: 2\n",
      '{"constructor":1,"hasOwnProperty":2}',
    ],
  ])("reads: %s", (_name, text, expected) => {
    expect(json(text)[0]).toBe(expected);
  });

  it("reads every document, the empty ones as null", () => {
    expect(json("# nothing\n---\n---\na: 1\n---\nnull\n---\n- b\n")).toEqual(["null", '{"a":1}', "null", '["b"]']);
    expect(json("")).toEqual([]);
    expect(json("---\n".repeat(10_000)).length).toBe(10_000);
  });

  it("allows the escapes of JSON in a .json file, but no lone surrogate", () => {
    expect(json('{"a": "x\\/\\ud83d\\ude00"}', { file: "a.json" })).toEqual(['{"a":"x/😀"}']);
    expect(() => json('{"a": "\\ud83d"}', { file: "a.json" })).toThrow("a lone surrogate");
  });

  it("names the byte where text stops being UTF-8", () => {
    const broken = new Uint8Array([...bytes("a: é\nb: "), 0xc3, 0x28]);
    expect(() => parseYaml(broken, { file: "b.yaml", dialect: "api" })).toThrow(
      "b.yaml:2:5: byte offset 10 is not UTF-8",
    );
    const utf16 = new Uint8Array([0xff, 0xfe, 0x61, 0]);
    expect(() => parseYaml(utf16, { file: "b.yaml", dialect: "api" })).toThrow("the file is UTF-16");
  });

  it("finds the place of a value, of a key, and of the nearest ancestor of what is missing", () => {
    const [first, second] = parse(
      "a: 1\n---\nspec:\n  items:\n    - name: x\n      &k port: 80\nother: &o {p: 1}\nuse: *o\n",
    ).documents;
    expect(first!.line).toBe(1);
    expect(second!.line).toBe(3);
    const at = (path: (string | number)[], part?: "key" | "value") => {
      const { line, column } = second!.positionOf(path, part);
      return `${line}:${column}`;
    };
    expect(at([])).toBe("3:1");
    expect(at(["spec"])).toBe("4:3");
    expect(at(["spec"], "key")).toBe("3:1");
    expect(at(["spec", "items", 0, "port"])).toBe("6:16");
    expect(at(["spec", "items", 0, "missing", "deeper"])).toBe("5:7");
    expect(at(["spec", "items", 4])).toBe("5:5");
    expect(at(["use", "p"])).toBe("8:6");
  });

  it("puts substitutes into scalars only, before they are resolved", () => {
    const substitute = (text: string): string => text.replaceAll("${N}", "3").replaceAll("${S}", "x: y");
    expect(json('a: ${N}\nb: "${N}"\nc: ${S}\n', { substitute })).toEqual(['{"a":3,"b":"3","c":"x: y"}']);
  });
});
