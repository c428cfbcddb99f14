import { describe, expect, test } from "vitest";

import { createDriftPace } from "./drift-pace.ts";
import type { Correctable } from "./drift-pace.ts";

const ref = { group: "", kind: "ConfigMap", namespace: "shop", name: "web" };
const what = (...paths: readonly string[]): Correctable => ({ unit: "local/web", ref, paths, digest: "d1" });

const paceAt = () => {
  let now = 1_000_000;
  const pace = createDriftPace({ monotonic: () => now }, { chance: () => 0.5 });
  return { pace, pass: (ms: number) => void (now += ms) };
};

describe("what could not be put back", () => {
  test("is tried again after 1, 2, 4 s and so on up to a minute", () => {
    const { pace, pass } = paceAt();
    const pauses = Array.from({ length: 9 }, () => {
      const ms = pace.failed(what("data.a"));
      expect(pace.waitFor(what("data.a"), "correct")).toBe(ms);
      pass(ms);
      expect(pace.waitFor(what("data.a"), "correct")).toBe(0);
      return ms / 1_000;
    });
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test("waits whatever else of the object differs, but neither another object nor another desired", () => {
    const { pace } = paceAt();
    pace.failed(what("data.a"));
    expect(pace.waitFor(what("data.b"), "correct")).toBe(1_000);
    expect(pace.waitFor({ ...what("data.a"), ref: { ...ref, name: "api" } }, "correct")).toBe(0);
    expect(pace.waitFor({ ...what("data.a"), digest: "d2" }, "correct")).toBe(0);
  });

  test("begins anew once it was put back", () => {
    const { pace, pass } = paceAt();
    pace.failed(what());
    pass(1_000);
    pace.corrected(what());
    expect(pace.failed(what())).toBe(1_000);
  });
});

describe("what is written against us", () => {
  const fight = (pace: ReturnType<typeof paceAt>["pace"], about: Correctable, rounds: number): void => {
    for (let n = 0; n < rounds; n += 1) pace.corrected(about);
  };

  test("pauses by path: a field that nobody fights over is put back at once, and the others with it", () => {
    const { pace } = paceAt();
    fight(pace, what("data.a"), 12);
    expect(pace.waitFor(what("data.a"), "correct")).toBe(4_000);
    expect(pace.waitFor(what("data.a", "data.b"), "correct")).toBe(0);
    expect(pace.rounds(what("data.a", "data.b"))).toBe(12);
  });

  test("an object deleted again and again is paced like a field", () => {
    const { pace } = paceAt();
    fight(pace, what(), 11);
    expect(pace.waitFor(what(), "correct")).toBe(2_000);
    expect(pace.isContested(what())).toBe(true);
  });

  test("is given up under onFight: hold until ten minutes have passed", () => {
    const { pace, pass } = paceAt();
    fight(pace, what("data.a"), 11);
    expect(pace.waitFor(what("data.a"), "hold")).toBe(Infinity);
    pass(600_000);
    expect(pace.waitFor(what("data.a"), "hold")).toBe(0);
  });
});
