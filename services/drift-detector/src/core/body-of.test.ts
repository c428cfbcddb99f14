import { toApplyBody } from "@evenkeel/apply";
import { recordOf } from "@evenkeel/drift";
import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { bodyOf, findRendered } from "./body-of.ts";

const rendered = (name: string, namespace?: string): { readonly object: KubeObject } => ({
  object: {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  },
});
const ref = (name: string, namespace = "shop") => ({ group: "", kind: "ConfigMap", namespace, name });

describe("the body of the last apply", () => {
  test("is rebuilt byte for byte from the rendered object and the record", () => {
    const owner = { appUid: "u", installation: "i" };
    const { object } = rendered("a");
    const placed = { ...object, metadata: { ...object.metadata, namespace: "shop" } };
    const sent = toApplyBody(placed, { ...owner, seq: "7", epoch: "9", src: "s@c:p" });
    const record = recordOf(sent, sent, { desired: "d", hashKey: "k" });
    const again = bodyOf(object, ref("a"), record, owner, { live: sent, ignore: [] });
    expect(JSON.stringify(again)).toBe(JSON.stringify(sent));
  });

  test.each([
    ["its live value while only we own it", "evenkeel", { theirs: "live", ours: "git" }],
    ["nothing where another owns it", "hpa", { ours: "git" }],
  ])("has for a field that is left to others %s", (_title, manager, data) => {
    const owner = { appUid: "u", installation: "i" };
    const object = { ...rendered("a").object, data: { theirs: "git", ours: "git" } };
    const record = recordOf(object, object, { desired: "d", hashKey: "k" });
    const managedFields = [{ manager, operation: "Apply", fieldsV1: { "f:data": { "f:theirs": {} } } }];
    const live = { ...object, metadata: { ...object.metadata, managedFields }, data: { theirs: "live", ours: "live" } };
    const ignore = [{ selector: { kind: "ConfigMap" }, paths: ["data.theirs"], mode: "ignore" }] as const;
    expect(bodyOf(object, ref("a"), record, owner, { live, ignore })["data"]).toEqual(data);
  });

  test.each([
    ["by its own namespace", [rendered("a", "other"), rendered("a", "shop")], 1],
    ["by name when the application's namespace was put in", [rendered("b"), rendered("a")], 1],
    ["not by another namespace", [rendered("a", "other")], -1],
  ])("is found %s", (_title, set, index) => {
    expect(findRendered(set, ref("a"))).toBe(set[index]);
  });
});
