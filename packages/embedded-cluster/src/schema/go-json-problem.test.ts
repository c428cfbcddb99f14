import { expect, test } from "vitest";

import { goJsonProblem } from "./go-json-problem.ts";

test.each([
  ["", "unexpected end of JSON input"],
  ['{"a":', "unexpected end of JSON input"],
  ['"abc', "unexpected end of JSON input"],
  ["{bad", "invalid character 'b' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"', "invalid character '\"' after object key:value pair"],
  ["[1 2]", "invalid character '2' after array element"],
  ["[1,]", "invalid character ']' looking for beginning of value"],
  ["{} x", "invalid character 'x' after top-level value"],
  ["tru3", "invalid character '3' in literal true (expecting 'e')"],
  ["-a", "invalid character 'a' in numeric literal"],
  ["1.x", "invalid character 'x' after decimal point in numeric literal"],
  ["01", "invalid character '1' after top-level value"],
  ['"\\q"', "invalid character 'q' in string escape code"],
  ['"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"],
  ['"a\nb"', "invalid character '\\n' in string literal"],
  ["'a'", "invalid character '\\'' looking for beginning of value"],
  ["é", "invalid character 'Ã' looking for beginning of value"],
])("%j: %s", (text, problem) => {
  expect(goJsonProblem(text)).toBe(problem);
});

test("JSON has no problem", () => {
  expect(goJsonProblem(' {"a":[1,-0.5e+3,"\\u0041",true,false,null,{}],"b":[]} \n')).toBeUndefined();
});
