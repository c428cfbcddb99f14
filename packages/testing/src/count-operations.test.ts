import { expect, it } from "vitest";

import { countOperations } from "./count-operations.ts";

const loop = (times: number): (() => void) => {
  return () => {
    let sum = 0;
    for (let n = 0; n < times; n++) sum += n % 7 === 0 ? 1 : 2;
    if (sum < 0) throw new Error("unreachable");
  };
};
const square = (size: number): (() => void) => {
  return () => {
    for (let n = 0; n < size; n++) loop(size)();
  };
};

it("counts twice as much for twice the work, and four times as much for its square", () => {
  expect(countOperations(loop(20_000)) / countOperations(loop(10_000))).toBeCloseTo(2, 1);
  expect(countOperations(square(400)) / countOperations(square(200))).toBeCloseTo(4, 1);
});
