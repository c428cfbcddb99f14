import { describe, expect, expectTypeOf, it } from "vitest";

import { buckets } from "./gen/buckets.ts";
import { fillKey, keyPattern, parseKey } from "./state-key.ts";
import type { KeyOf, ValueOf } from "./state-key.ts";
import type { Tip } from "./gen/evenkeel/state/v1/state.ts";

type Fields = Readonly<Record<string, string>>;

/** Keys of an installation that runs: none may ever read otherwise. */
const stored: readonly (readonly [keyof typeof buckets, Fields, string])[] = [
  ["member", { service: "renderer", instance: "renderer-0" }, "members/renderer.renderer-0"],
  ["lease", { service: "drift-detector", shard: "detector-prod=2Eeu" }, "leases/drift-detector.detector-prod=2Eeu"],
  ["seqCounter", {}, "tips/seq"],
  ["toolSet", {}, "tips/tools"],
  ["tip", { source: "team/shop" }, "tips/src.team=2Fshop"],
  ["tip", { source: "_fleet" }, "tips/src._fleet"],
  ["leftTip", { source: "shop", line: "0a1b" }, "tips/left.shop.0a1b"],
  ["hold", { source: "shop" }, "tips/hold.shop"],
  ["usedOverride", { override: "back.1", from: "aa", to: "bb" }, "tips/used.back=2E1.aa.bb"],
  ["inventory", { cluster: "prod.eu", app: "web" }, "inventory/unit.prod=2Eeu.web"],
  ["inventoryPart", { cluster: "prod", app: "web" }, "inventory/unit.prod.web"],
  ["inventoryPart", { cluster: "prod", app: "web", part: "0f" }, "inventory/unit.prod.web.0f"],
  ["clusterIdentity", { uid: "1-2" }, "inventory/cluster.1-2"],
  ["claim", { cluster: "prod", refHash: "0f" }, "inventory/claim.prod.0f"],
  ["deletionCount", { cluster: "_fleet" }, "inventory/budget._fleet"],
  [
    "workStatus",
    { service: "applier", durable: "heal-3", subject: "drift.3.prod.web" },
    "status/applier.heal-3.drift=2E3=2Eprod=2Eweb",
  ],
  ["cleanEnd", { service: "applier", instance: "applier-0" }, "status/applier.ended.applier-0"],
  ["topology", {}, "config/topology"],
  ["servers", {}, "config/servers"],
  ["declaration", { kind: "Cluster", name: "prod.eu" }, "declarations/Cluster.prod=2Eeu"],
  ["gitObject", { oid: "ab" }, "blobs/git.ab"],
  ["gitObject", { oid: "ab", part: "omitted" }, "blobs/git.ab.omitted"],
  ["declarationSet", { hex: "ab" }, "blobs/declarations.ab"],
  ["appClosure", { source: "team/shop", app: "web" }, "blobs/render.closure.team=2Fshop.web"],
  ["inputClosure", { hex: "0f" }, "blobs/render.closure.0f"],
  ["render", { of: "closure.shop.web" }, "blobs/render.closure.shop.web"],
  ["renderedSet", { hex: "ab", part: "3" }, "blobs/set.ab.3"],
];

describe("keys of stored values", () => {
  it.each(stored)("%s %j lies at %s", (name, fields, at) => {
    const { bucket, template } = buckets[name];
    expect(`${bucket}/${fillKey(template, fields)}`).toBe(at);
    expect(parseKey(template, at.slice(bucket.length + 1))).toEqual(fields);
  });
  it("names each kind of value in the table above", () => {
    expect(Object.keys(buckets).toSorted()).toEqual([...new Set(stored.map(([name]) => name))].toSorted());
  });
  it.each([
    ["src.{source}", {}, "src.*"],
    ["src.{source}", { source: "a/b" }, "src.a=2Fb"],
    ["unit.{cluster}.{app}", { cluster: "prod" }, "unit.prod.*"],
    ["unit.{cluster}.{app}.{part?}", { cluster: "prod" }, "unit.prod.>"],
    ["unit.{cluster}.{app}.{part?}", {}, "unit.*.>"],
    ["unit.{cluster}.{app}.{part?}", { cluster: "prod", app: "web" }, "unit.prod.web.>"],
    ["render.{of*}", {}, "render.>"],
    ["{service}.{+shard}", { service: "applier" }, "applier.*"],
  ])("%s with %j is matched by %s", (template, fields, pattern) => {
    expect(keyPattern(template, fields)).toBe(pattern);
  });
  it.each([
    ["src.{source}", "left.a"],
    ["src.{source}", "src.a.b"],
    ["src.{source}", "src"],
    ["unit.{cluster}.{app}.{part?}", "unit.a"],
    ["unit.{cluster}.{app}.{part?}", "unit.a.b.c.d"],
    ["src.{source}", "src.a=ZZ"],
  ])("%s has no key %s", (template, key) => {
    expect(parseKey(template, key)).toBeUndefined();
  });
  it("does not make a key of which a field is missing", () => {
    expect(() => fillKey("unit.{cluster}.{app}", { cluster: "prod" })).toThrow(/without app/);
  });
  it("types keys and values by the rule", () => {
    type PartKey = KeyOf<typeof buckets.inventoryPart.template>;
    expectTypeOf({ cluster: "a", app: "b" }).toExtend<PartKey>();
    expectTypeOf({ cluster: "a", app: "b", part: "c" }).toExtend<PartKey>();
    // @ts-expect-error -- a field is missing
    expectTypeOf({ cluster: "a", part: "c" }).toExtend<PartKey>();
    // @ts-expect-error -- a field is no text
    expectTypeOf({ cluster: "a", app: "b", part: 1 }).toExtend<PartKey>();
    expectTypeOf<keyof KeyOf<"seq">>().toEqualTypeOf<never>();
    expectTypeOf<ValueOf<typeof buckets.tip>>().toEqualTypeOf<Tip>();
  });
});
