import { expect, test } from "vitest";

import { help, readOptions, WrongCall } from "./options.ts";

test("what is left out has its default, and help asks for nothing else", () => {
  expect(readOptions([])).toEqual({
    profile: "replicas",
    from: 1,
    seeds: 200,
    seconds: undefined,
    workers: 2,
    bug: undefined,
    shrink: 60,
    lines: 60,
    json: false,
    said: false,
    status: false,
  });
  expect(readOptions(["--help"])).toBeUndefined();
  for (const name of ["calm", "small", "replicas", "all", "crash-points"]) expect(help).toContain(`  ${name} `);
});

test.each([
  [["--profile", "wild"], "--profile wild: there are calm, small, replicas, all, crash-points"],
  [["--seeds", "0"], "--seeds 0: give a whole number from 1"],
  [["--seeds", "many"], "--seeds many: give a whole number from 1"],
  [["--from", "-1"], /from/],
  [["--workers", "1.5"], "--workers 1.5: give a whole number from 1"],
  [["--colour"], /colour/],
])("%j is refused by name", (args, why) => {
  expect(() => readOptions(args)).toThrow(WrongCall);
  expect(() => readOptions(args)).toThrow(why);
});
