import { expect, test } from "vitest";

import { crashPoint } from "./crash-points.ts";

test("every step of every killed process is met before and after it, each once", () => {
  const met = Array.from({ length: 600 }, (_, seed) => {
    const [first] = crashPoint(seed).steps;
    if (first?.act.kind !== "kill-at") throw new Error("it begins otherwise");
    const { service, call, moment } = first.act;
    return `${service} ${moment} ${call}`;
  });
  expect(new Set(met).size).toBe(600);
  for (const moment of ["before", "after"])
    for (let call = 1; call <= 150; call++) expect(met).toContain(`applier ${moment} ${call}`);
  for (let call = 1; call <= 50; call++) expect(met).toContain(`renderer after ${call}`);
});
