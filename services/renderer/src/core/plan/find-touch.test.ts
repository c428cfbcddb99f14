import { describe, expect, it } from "vitest";

import { findTouch } from "./find-touch.ts";
import type { PreviousPlan, TouchInput } from "./find-touch.ts";
import { declared, desired, failed, inputs, requested, tip, version } from "../decisions.fixture.ts";
import { indexChanges } from "./touches.ts";
import { recall } from "./unit-memory.ts";
import type { UnitFacts } from "./unit-memory.ts";

const previous = (change: Partial<PreviousPlan> = {}): PreviousPlan => ({
  seq: 2n,
  revision: "commit-2",
  fleetSeq: 1n,
  fleetRevision: "fleet-1",
  declared: new Map([["prod/a", "declared-a"]]),
  ...change,
});
const changed = (...paths: string[]) => indexChanges(paths.map((path) => ({ path, kind: "entry" as const })));
const at = (change: Partial<TouchInput> = {}): TouchInput => ({
  inputs: inputs(1n, tip(3n)),
  fleetRevision: "fleet-1",
  previous: previous(),
  changed: changed("apps/b/x.yaml"),
  closureOf: () => ({ files: ["base/web.yaml"], directories: [], trees: [] }),
  isBehind: () => false,
  ...change,
});
const answered: UnitFacts = { request: requested(version(1n, 2n)), desired: desired(version(1n, 2n)) };
const failing: UnitFacts = { request: requested(version(1n, 2n)), failure: failed(version(1n, 2n)) };

describe("findTouch", () => {
  const cases: readonly [string, TouchInput, UnitFacts, string | undefined][] = [
    ["leaves a unit that nothing touches", at(), answered, undefined],
    ["leaves a unit when the same tip is planned again", at({ inputs: inputs(1n, tip(2n)) }), answered, undefined],
    [
      "leaves a failing unit when the same tip is planned again",
      at({ inputs: inputs(1n, tip(2n)) }),
      failing,
      undefined,
    ],
    [
      "leaves a unit when a fleet commit does not touch it",
      at({ inputs: inputs(8n, tip(2n)), fleetRevision: "fleet-8" }),
      answered,
      undefined,
    ],
    ["leaves a failing unit when the new commit has the same tree", at({ changed: changed() }), failing, undefined],
    ["plans all units the first time", at({ previous: undefined }), answered, "first plan"],
    [
      "plans all units when the set of the last plan is gone",
      at({ previous: previous({ declared: undefined }) }),
      answered,
      "first plan",
    ],
    ["plans all units when the last planned tree is gone", at({ changed: undefined }), answered, "first plan"],
    ["plans a unit that was never asked for", at(), {}, "new unit"],
    ["plans a unit that its cluster refused as older", at({ isBehind: () => true }), answered, "behind its cluster"],
    [
      "plans a unit whose declaration changed",
      at({ previous: previous({ declared: new Map([["prod/a", "old"]]) }) }),
      answered,
      "declaration changed",
    ],
    [
      "plans a unit again under another tool set",
      at({ inputs: { ...inputs(1n, tip(3n)), toolsSeq: 9n } }),
      answered,
      "tool set changed",
    ],
    [
      "plans a unit again under another URL",
      at({ inputs: inputs(1n, tip(3n, { url: "https://git.example/moved" })) }),
      answered,
      "selection changed",
    ],
    [
      "plans a unit again under another Git ref",
      at({ inputs: inputs(1n, tip(3n, { gitRef: "refs/tags/v1" })) }),
      answered,
      "selection changed",
    ],
    [
      "plans a unit again that was removed",
      at(),
      { request: requested(version(1n, 2n), { removed: true }) },
      "selection changed",
    ],
    [
      "plans all units when the source was numbered again",
      at({ previous: previous({ revision: "commit-3" }) }),
      answered,
      "numbered again",
    ],
    [
      "plans all units when the fleet was numbered again",
      at({ inputs: inputs(9n, tip(3n)) }),
      answered,
      "numbered again",
    ],
    ["plans nothing of a source without a tip", at({ inputs: inputs(1n, undefined) }), answered, undefined],
    [
      "plans a unit again whose number is of before the bus was lost",
      at({ inputs: { ...inputs(1n, tip(3n)), floor: 1n } }),
      answered,
      "numbered again",
    ],
    [
      "plans a unit again whose cluster was declared anew",
      at(),
      { ...answered, request: requested(version(1n, 2n), { placement: 9n }) },
      "selection changed",
    ],
    ["takes a change below the path", at({ changed: changed("apps/a/x.yaml") }), answered, "path changed"],
    [
      "takes a change in what the last render read",
      at({ changed: changed("base/web.yaml") }),
      answered,
      "closure changed",
    ],
    [
      "takes any change while the closure is not known",
      at({ closureOf: () => undefined }),
      answered,
      "closure unknown",
    ],
    [
      "takes any change while the last render is pending",
      at(),
      { request: requested(version(1n, 2n)) },
      "closure unknown",
    ],
    ["leaves a refused unit when nothing changed that its render looked at", at(), failing, undefined],
    [
      "takes any change while it is not known why a render failed",
      at({ closureOf: () => undefined }),
      failing,
      "closure unknown",
    ],
  ];
  it.each(cases)("%s", (_title, input, facts, expected) => {
    expect(findTouch(input, declared("a"), recall(facts))).toBe(expected);
  });
});
