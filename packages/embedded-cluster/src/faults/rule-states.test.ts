import { describe, expect, test } from "vitest";

import type { FaultRule } from "./fault-script.ts";
import { createManualClock } from "./manual-clock.ts";
import { factsOf, matches } from "./request-facts.ts";
import type { RequestMatch } from "./request-facts.ts";
import { openRules } from "./rule-states.ts";

const request = (method: string, path: string, headers: Record<string, string> = {}) => ({
  method,
  path,
  headers,
  body: new Uint8Array(),
  user: { name: "admin", groups: [] },
  signal: new AbortController().signal,
});
const patch = factsOf(request("PATCH", "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=evenkeel"));
const THROTTLE = new Set(["throttle"] as const);
const pattern = (rule: Omit<FaultRule, "fault">, chances = 10, seed = 1): string => {
  const rules = openRules({ seed, rules: [{ fault: { kind: "throttle" }, ...rule }] }, createManualClock());
  return Array.from({ length: chances }, () => (rules.draw(THROTTLE, patch).length > 0 ? "x" : ".")).join("");
};

describe("what a request is", () => {
  test.each([
    ["GET", "/api/v1/configmaps", { verb: "list", group: "", resource: "configmaps", namespace: "", name: "" }],
    ["GET", "/api/v1/namespaces/n/configmaps?watch=1", { verb: "watch", namespace: "n" }],
    ["GET", "/api/v1/namespaces/n", { verb: "get", resource: "namespaces", name: "n" }],
    ["PUT", "/apis/apps/v1/namespaces/n/deployments/a/status", { verb: "update", subresource: "status", name: "a" }],
    ["PATCH", "/apis/apps/v1/namespaces/n/deployments/a?dryRun=All", { verb: "patch", group: "apps", dryRun: true }],
    ["DELETE", "/apis/g.example/v1/things", { verb: "deletecollection", group: "g.example" }],
    ["GET", "/apis/apps/v1", { verb: "discovery", group: "apps" }],
    ["GET", "/api", { verb: "discovery", group: "" }],
    ["GET", "/livez", { verb: "other" }],
  ])("%s %s", (method, path, expected) => {
    expect(factsOf(request(method, path))).toMatchObject(expected);
  });

  test.each<readonly [RequestMatch, boolean]>([
    [{}, true],
    [{ verbs: ["get", "patch"], group: "apps", resources: ["deployments"], namespace: "shop", name: "web" }, true],
    [{ verbs: ["get"] }, false],
    [{ group: "" }, false],
    [{ subresource: "" }, true],
    [{ subresource: "status" }, false],
    [{ fieldManager: "evenkeel" }, true],
    [{ fieldManager: "kubectl" }, false],
    [{ dryRun: true }, false],
    [{ user: "admin" }, true],
    [{ userAgent: "kubectl" }, false],
  ])("%j fits: %s", (match, expected) => {
    expect(matches(match, patch)).toBe(expected);
  });
});

describe("a rule", () => {
  test.each([
    ["happens at every chance", {}, "xxxxxxxxxx"],
    ["happens so often", { count: 2 }, "xx........"],
    ["lets the first pass", { skip: 3, count: 2 }, "...xx....."],
    ["never at probability 0", { probability: 0 }, ".........."],
    ["only for what fits", { when: { verbs: ["get"] } }, ".........."],
    ["not before its time", { fromMs: 1 }, ".........."],
    ["not after its time", { untilMs: 0 }, ".........."],
  ])("%s", (_title, rule, expected) => {
    expect(pattern(rule)).toBe(expected);
  });

  test("draws the same for the same seed, another row for another seed, about as often as it says", () => {
    expect(pattern({ probability: 0.5 }, 200)).toBe(pattern({ probability: 0.5 }, 200));
    expect(pattern({ probability: 0.5 }, 200)).not.toBe(pattern({ probability: 0.5 }, 200, 2));
    const often = pattern({ probability: 0.2 }, 2_000).replaceAll(".", "").length;
    expect(often).toBeGreaterThan(320);
    expect(often).toBeLessThan(480);
  });

  test("is not moved by what its neighbours draw", () => {
    const alone = openRules(
      { seed: 3, rules: [{ fault: { kind: "throttle" }, probability: 0.5 }] },
      createManualClock(),
    );
    const beside = openRules(
      {
        seed: 3,
        rules: [
          { fault: { kind: "throttle" }, probability: 0.5 },
          { fault: { kind: "reset" }, probability: 0.5 },
        ],
      },
      createManualClock(),
    );
    const both = new Set(["throttle", "reset"] as const);
    for (let chance = 0; chance < 50; chance += 1) {
      const has = alone.draw(both, patch).length === 1;
      expect(beside.draw(both, patch).some((fault) => fault.kind === "throttle")).toBe(has);
    }
  });
});

describe("a manual clock", () => {
  test("calls what falls due in order, with its own time, also what is set on the way", () => {
    const clock = createManualClock(1_000);
    const calls: string[] = [];
    clock.after(30, () => calls.push(`late ${clock.now().getTime()}`));
    clock.after(10, () => {
      calls.push(`early ${clock.now().getTime()}`);
      clock.after(5, () => calls.push(`set on the way ${clock.now().getTime()}`));
    });
    clock.after(20, () => calls.push("never"))[Symbol.dispose]();
    clock.advance(29);
    expect(calls).toEqual(["early 1010", "set on the way 1015"]);
    clock.advance(1);
    expect(calls.at(-1)).toBe("late 1030");
    expect(clock.pending()).toBe(0);
  });

  test("leaps without its timers", () => {
    const clock = createManualClock(0);
    let calls = 0;
    clock.after(10, () => (calls += 1));
    clock.jump(-500);
    expect(clock.now().getTime()).toBe(-500);
    clock.jump(1_000_000);
    expect(calls).toBe(0);
    clock.advance(10);
    expect(calls).toBe(1);
  });
});
