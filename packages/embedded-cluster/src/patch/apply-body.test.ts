import { expect, test } from "vitest";

import { applyBodyDuplicates, readApplyBody } from "./apply-body.ts";

const read = (text: string): unknown => readApplyBody(Buffer.from(text));
const WHERE = "error decoding YAML: error converting YAML to JSON: yaml: ";

test.each([
  ["an empty body is an empty map", "", {}],
  ["null too", "null", {}],
  ["YAML is read as the API server does", "a: yes\nb: 2020-01-01\nc: 1e3", { a: true, b: "2020-01-01", c: 1000 }],
  ["U+0085 becomes a space", '{"a":"x \u0085 y"}', { a: "x y" }],
  ["two of them a line end", '{"a":"x\u0085\u0085y"}', { a: "x\ny" }],
  ["U+2028 loses the spaces around it", '{"a":"x \u2028 y"}', { a: "x\u2028y" }],
  ["escapes keep them", '{"a":"\\u0085\\u2028"}', { a: "\u0085\u2028" }],
  ["a number beyond floats is a string", '{"a":1e400,"b":1e3}', { a: "1e400", b: 1000 }],
  ["the later of two members counts", '{"a":1,"a":2}', { a: 2 }],
])("%s", (_, text, value) => {
  expect(read(text)).toEqual(value);
});

test.each([
  ["a control character", '{"a":"\u007f"}', `${WHERE}control characters are not allowed`],
  ["a surrogate escape", '{"a":"\\ud83d\\ude00"}', `${WHERE}found invalid Unicode character escape code`],
  ["an escaped slash", '{\n"a":"\\/"}', `${WHERE}line 2: found unknown escape character`],
  ["a long key", `{"${"k".repeat(1100)}":1}`, `${WHERE}did not find expected ',' or '}'`],
  ["a broken object", "{bad", `${WHERE}line 1: did not find expected ',' or '}'`],
  [
    "a list",
    "[]",
    "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}",
  ],
])("%s is refused in the server's words", (_, text, message) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ status: 400, message }));
});

test("members that are there twice are told with their lines", () => {
  expect(applyBodyDuplicates(Buffer.from('{"a":1,\n"a":{"b":1,"b":2}}'))).toBe(
    'error converting YAML to JSON: yaml: unmarshal errors:\n  line 2: key "a" already set in map\n  line 2: key "b" already set in map',
  );
  expect(applyBodyDuplicates(Buffer.from("{}"))).toBeUndefined();
});
