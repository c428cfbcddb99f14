import { describe, expect, test } from "vitest";

import type { Value } from "../json.ts";
import { atomOf } from "./atom.ts";
import { checkValue, describeMisfits } from "./check-value.ts";
import { compareValues } from "./compare-values.ts";
import type { FieldSet } from "./field-set.ts";
import { pathsOf, setOf } from "./field-set.ts";
import { fieldsOf } from "./fields-of.ts";
import { mergeValues } from "./merge-values.ts";
import { showElement } from "./path-element.ts";
import { removeFields } from "./remove-fields.ts";
import { sample, sampleTable } from "./types.fixture.ts";

const atom = atomOf(sample, sampleTable);
const shown = (set: FieldSet): string[] =>
  pathsOf(set).map((path) => path.map((element) => showElement(element)).join(""));

describe("checking a value", () => {
  test.each<[string, Value, string]>([
    ["a field that is not declared", { nested: { x: 1 } }, ".nested.x: field not declared in schema"],
    ["a number as text", { metadata: { name: 5 } }, ".metadata.name: expected string"],
    ["a map as text", { labels: { a: { b: "c" } } }, ".labels.a: expected string"],
    ["text as a number", { replicas: "3" }, ".replicas: expected numeric"],
    ["a list as a boolean", { paused: ["x", 1] }, ".paused: expected boolean"],
    ["a map as a quantity", { amount: { a: 1 } }, ".amount: expected any scalar"],
    ["text as a map", { nested: "x" }, ".nested: expected map"],
    ["text as a list", { args: "x" }, ".args: expected list"],
    ["a wrong item of an atomic list", { args: ["x", 1] }, ".args[1]: expected string"],
    ["an item without keys", { ports: [{ name: "x" }] }, ""],
    ["an item that is no map", { ports: ["x"] }, ".ports: element 0: an item of an associative list without its key"],
    ["a null item", { ports: [null] }, ".ports: element 0: an item of an associative list without its key"],
    [
      "two items of one key, by default",
      { ports: [{ port: 1 }, { port: 1, protocol: "TCP" }] },
      '.ports: duplicate entries for key [port=1,protocol="TCP"]',
    ],
    ["two items of one key that is not by default", { ports: [{ port: 1 }, { port: 1, protocol: "UDP" }] }, ""],
    ["a value twice in a set", { flags: ["a", "a"] }, '.flags: duplicate entries for key [="a"]'],
    ["null wherever", { nested: null, ports: null, labels: { a: null }, replicas: null, flags: null }, ""],
    ["anything in a free place", { free: { a: [{ b: null }] } }, ""],
  ])("%s", (_title, value, expected) => {
    const misfits = checkValue(value, atom, "refused");
    expect(misfits.length === 0 ? "" : describeMisfits(misfits)).toBe(expected);
  });

  test("several are listed", () => {
    expect(describeMisfits(checkValue({ replicas: "x", paused: 1 }, atom, "refused"))).toBe(
      "errors:\n  .replicas: expected numeric\n  .paused: expected boolean",
    );
  });

  test("what is stored may have duplicates", () => {
    expect(checkValue({ flags: ["a", "a"], ports: [{ port: 1 }, { port: 1 }] }, atom, "allowed")).toEqual([]);
  });
});

describe("what a value owns", () => {
  test.each<[string, Value, string[]]>([
    ["leaves, not their structs", { nested: { b: { c: "x" } } }, [".nested.b.c"]],
    ["keys of a map", { labels: { a: "x" } }, [".labels.a"]],
    [
      "items with their keys",
      { ports: [{ port: 1 }] },
      ['.ports[port=1,protocol="TCP"]', '.ports[port=1,protocol="TCP"].port'],
    ],
    ["values of a set", { flags: ["b", "a"] }, ['.flags[="a"]', '.flags[="b"]']],
    ["atomic places as one", { fixed: { a: "x" }, args: ["1"] }, [".args", ".fixed"]],
    [
      "empty maps and nulls, but no empty lists",
      { nested: {}, labels: null, flags: [], ports: null },
      [".labels", ".nested", ".ports"],
    ],
    ["every level of a free place", { free: { a: { b: [1] } } }, [".free.a", ".free.a.b"]],
    ["double items as one leaf", { ports: [{ port: 1, name: "x" }, { port: 1 }] }, ['.ports[port=1,protocol="TCP"]']],
  ])("%s", (_title, value, expected) => {
    expect(shown(fieldsOf(value, atom))).toEqual(expected);
  });
});

describe("merging", () => {
  const ports = (...numbers: number[]): Value[] => numbers.map((port) => ({ port }));
  test.each<[string, Value, Value, Value]>([
    ["takes leaves and keeps the rest", { replicas: 1, paused: true }, { replicas: 2 }, { replicas: 2, paused: true }],
    [
      "keeps what null or empty is laid over",
      { ports: ports(1), labels: { a: "x" } },
      { ports: [], labels: null },
      { ports: ports(1), labels: { a: "x" } },
    ],
    ["keeps the difference of null and empty", { labels: {} }, { labels: null }, { labels: null }],
    [
      "replaces atomic places",
      { args: ["1", "2"], fixed: { a: "x" } },
      { args: ["3"], fixed: { b: "y" } },
      { args: ["3"], fixed: { b: "y" } },
    ],
    [
      "merges items of one key",
      { ports: [{ port: 1, name: "x" }] },
      { ports: [{ port: 1, tags: ["t"] }] },
      { ports: [{ port: 1, name: "x", tags: ["t"] }] },
    ],
    [
      "takes the order of what is applied",
      { flags: ["a", "b", "c"] },
      { flags: ["c", "a"] },
      { flags: ["b", "c", "a"] },
    ],
    [
      "puts new items where they were applied",
      { flags: ["a", "b"] },
      { flags: ["x", "b", "y"] },
      { flags: ["a", "x", "b", "y"] },
    ],
    [
      "keeps items only live before those that follow",
      { ports: ports(1, 2, 3) },
      { ports: ports(3, 4) },
      { ports: ports(1, 2, 3, 4) },
    ],
    [
      "makes one of live duplicates that are applied",
      { ports: [{ port: 1, name: "x" }, { port: 1 }] },
      { ports: ports(1) },
      { ports: ports(1) },
    ],
    ["keeps live duplicates that are not", { flags: ["a", "a"] }, { flags: ["b"] }, { flags: ["a", "a", "b"] }],
    ["changes the shape of a free place", { free: { a: 1 } }, { free: [1] }, { free: [1] }],
  ])("%s", (_title, live, applied, expected) => {
    expect(mergeValues(live, applied, atom)).toEqual(expected);
  });
});

describe("comparing", () => {
  const same = { removed: [], modified: [], added: [] };
  test.each<[string, Value, Value, Partial<typeof same> | Record<string, string[]>]>([
    ["a changed leaf", { replicas: 1 }, { replicas: 2 }, { modified: [".replicas"] }],
    [
      "an added struct, with each level",
      {},
      { nested: { b: { c: "x" } } },
      { added: [".nested", ".nested.b", ".nested.b.c"] },
    ],
    [
      "a removed item",
      { ports: [{ port: 1, name: "x" }] },
      { ports: [] },
      {
        removed: [
          '.ports[port=1,protocol="TCP"]',
          '.ports[port=1,protocol="TCP"].name',
          '.ports[port=1,protocol="TCP"].port',
        ],
      },
    ],
    ["another order is no change", { flags: ["a", "b"] }, { flags: ["b", "a"] }, {}],
    ["null and empty are different", { labels: null }, { labels: {} }, { modified: [".labels"] }],
    ["a number in another form is the same", { free: 1n }, { free: 1 }, {}],
    [
      "duplicates that come",
      { flags: ["a"] },
      { flags: ["a", "a"] },
      { removed: ['.flags[="a"]'], added: ['.flags[="a"]'] },
    ],
    [
      "duplicates that change",
      { ports: [{ port: 1 }, { port: 1 }] },
      { ports: [{ port: 1 }, { port: 1, name: "x" }] },
      { modified: ['.ports[port=1,protocol="TCP"]'] },
    ],
    ["another shape", { free: "x" }, { free: { a: 1 } }, { modified: [".free"], added: [".free.a"] }],
  ])("%s", (_title, before, after, expected) => {
    const { removed, modified, added } = compareValues(before, after, atom);
    expect({ removed: shown(removed), modified: shown(modified), added: shown(added) }).toEqual({
      ...same,
      ...expected,
    });
  });
});

describe("removing", () => {
  test("a container that has nothing left becomes null", () => {
    const value: Value = { labels: { a: "x", b: "y" }, flags: ["a"], ports: [{ port: 1, name: "x" }] };
    const remove = setOf(
      ["f:labels", "f:a"],
      ["f:flags", 'v:"a"'],
      ["f:ports", 'k:{"port":1,"protocol":"TCP"}', "f:name"],
    );
    expect(removeFields(value, remove, atom)).toEqual({ labels: { b: "y" }, flags: null, ports: [{ port: 1 }] });
  });
});
