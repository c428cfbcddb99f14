import { planSteps } from "@evenkeel/apply";
import type { Step } from "@evenkeel/apply";
import type { UnitWrites } from "@evenkeel/contracts";
import { EntryKind } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import type { Run } from "./run/admit.ts";
import type { StepResult } from "./run/carry-out.ts";
import { execute } from "./execute.ts";
import type { Execution } from "./execute.ts";

const unit = { cluster: "c1", app: "shop", appUid: "app1" };

const step = (name: string, verb: Step["verb"] = "update"): Step => ({
  verb,
  ref: { group: "", kind: "ConfigMap", namespace: "shop", name },
  object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "shop" } },
  digest: `digest-${name}`,
  uid: "",
  force: false,
});

/** A run whose ledger, inventory and lease write down what is asked of them. */
const begin = ({ intent = true, sure = true } = {}) => {
  const log: string[] = [];
  const append = async (kind: EntryKind, { result, writes, inventoryRevision }: UnitWrites): Promise<bigint> => {
    if (kind === EntryKind.INTENT && !intent) throw new Error("no room");
    const ends = writes.map((write) => `${write.ref?.name ?? ""} ${write.result}`.trim());
    log.push(kind === EntryKind.INTENT ? `intent ${ends.join(", ")}` : `outcome ${result} ${ends.join(", ")}`);
    return inventoryRevision + 100n;
  };
  const partition = { number: 3, chain: { append }, nextRun: () => "1.1", lease: { sure: async () => sure } };
  const fact = { unit, version: undefined, digest: "d", revision: "r", traceId: "t" };
  return { log, run: { partition, fact, inventory: { revision: 7 } } as unknown as Run };
};

const done: StepResult<string> = { kind: "done", value: "ok" };
const refused = { code: "Forbidden", message: "m", remedy: "r" } as const;

const carryOut = async (begun: ReturnType<typeof begin>, change: Partial<Execution<Step, string>> = {}) => {
  const { log, run } = begun;
  const plan = planSteps(unit, [step("a"), step("same", "unchanged"), step("b")]);
  return execute<Step, string>(run, plan, {
    atOnce: 1,
    list: async () => void log.push("list"),
    step: async ({ ref }) => {
      log.push(`step ${ref.name}`);
      return done;
    },
    onWritten: () => log.push("written"),
    save: async () => {
      log.push("save");
      return { value: undefined, revision: 8, recordRevisions: new Map() } as unknown as Run["inventory"];
    },
    word: () => "applied",
    ...change,
  });
};

const steps = ["step a", "step same", "step b"];
const before = ["list", "intent a, b", ...steps, "written"];

describe("carrying out a plan", () => {
  test("stores intent and list, then does the steps, then saves, then stores the outcome of what was written", async () => {
    const begun = begin();
    expect(await carryOut(begun)).toMatchObject({ results: [done, done, done], stored: { revision: 8 }, ledger: 108n });
    expect(begun.log).toEqual([...before, "save", "outcome applied a done, b done"]);
  });

  test("without an intent nothing is done, and no outcome stored", async () => {
    const begun = begin({ intent: false });
    await expect(carryOut(begun)).rejects.toThrow("no room");
    expect(begun.log).toEqual(["list"]);
  });

  test.each<[string, Parameters<typeof begin>[0], Partial<Execution<Step, string>>, readonly string[]]>([
    ["a list that is not stored", {}, { list: async () => Promise.reject(new Error("moved")) }, ["intent a, b"]],
    ["a step that throws", {}, { step: async () => Promise.reject(new Error("bug")) }, ["list", "intent a, b"]],
    ["a lease that is not sure: nothing is saved", { sure: false }, {}, before],
    ["an inventory that is not saved", {}, { save: async () => Promise.reject(new Error("moved")) }, before],
  ])("an intent has an outcome after %s", async (_, given, change, told) => {
    const begun = begin(given);
    await expect(carryOut(begun, change)).rejects.toThrow(/moved|bug|lease on partition 3/);
    expect(begun.log).toEqual([...told, "outcome interrupted a not-tried, b not-tried"]);
  });

  test("what failed, and what was not tried, stands first in the outcome", async () => {
    const begun = begin();
    const failing: StepResult<string> = { kind: "failed", reason: refused, again: false, ends: true };
    await carryOut(begun, { step: async ({ ref }) => (ref.name === "a" ? failing : done), word: () => "failed" });
    expect(begun.log.at(-1)).toBe("outcome failed a failed:Forbidden, b not-tried");
  });

  test("tries only what it is told to", async () => {
    const begun = begin();
    await carryOut(begun, { only: new Set([2]), first: [2] });
    expect(begun.log.filter((each) => each.startsWith("step"))).toEqual(["step b"]);
  });

  test("where nothing is saved, the inventory stays as it was", async () => {
    const begun = begin();
    const how = { atOnce: 1, step: async () => done, word: () => "prune" };
    const end = await execute<Step, string>(begun.run, planSteps(unit, [step("a", "delete")]), how);
    expect(end).toMatchObject({ stored: { revision: 7 }, ledger: 100n });
    expect(begun.log).toEqual(["intent a", "outcome prune a done"]);
  });
});
