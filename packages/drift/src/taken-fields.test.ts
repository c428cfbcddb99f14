import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { takenFields } from "./taken-fields.ts";

const has = (manager: string, ...names: readonly string[]) => ({
  manager,
  operation: manager === "evenkeel" ? "Apply" : "Update",
  apiVersion: "v1",
  fieldsV1: { "f:data": Object.fromEntries(names.map((name) => [`f:${name}`, {}])) },
});
const object = (data: JsonObject, managedFields: readonly object[], kind = "ConfigMap"): KubeObject =>
  ({ apiVersion: "v1", kind, metadata: { name: "x", managedFields }, data }) as unknown as KubeObject;
const taken = (before: KubeObject, after: KubeObject) =>
  takenFields(before, after, (name) => name.replace(/ before Git$/, "")).map(
    ({ path, manager, before: was, after: is }) => `${manager} ${path} ${was} ${is}`,
  );
const before = object({ a: "1", b: "2" }, [has("kubectl", "a", "b")]);

describe("of others a write took", () => {
  test.each<readonly [string, KubeObject, readonly string[]]>([
    ["nothing where they keep it", before, []],
    [
      "what is ours now, though its value stayed",
      object({ a: "1", b: "2" }, [has("evenkeel", "a"), has("kubectl", "b")]),
      ['kubectl data.a "1" "1"'],
    ],
    [
      "what is ours now, with both values",
      object({ a: "9", b: "2" }, [has("evenkeel", "a"), has("kubectl", "b")]),
      ['kubectl data.a "1" "9"'],
    ],
    ["what was taken out", object({ b: "2" }, [has("kubectl", "b")]), ['kubectl data.a "1" ']],
    ["nothing of what is shared", object({ a: "1", b: "2" }, [has("evenkeel", "a"), has("kubectl", "a", "b")]), []],
    ["nothing that a third one took", object({ a: "9", b: "2" }, [has("hpa", "a"), has("kubectl", "b")]), []],
    [
      "nothing that only moved between entries of one manager",
      object({ a: "1", b: "2" }, [has("evenkeel", "a"), has("kubectl before Git", "a", "b")]),
      [],
    ],
    [
      "all where they have nothing any more",
      object({ a: "1", b: "2" }, [has("evenkeel", "a", "b")]),
      ['kubectl data.a "1" "1"', 'kubectl data.b "2" "2"'],
    ],
  ])("%s", (_title, after, told) => expect(taken(before, after)).toEqual(told));

  test.each<readonly [string, KubeObject, KubeObject]>([
    ["nothing that was ours", object({ a: "1" }, [has("evenkeel", "a")]), object({}, [])],
    [
      "nothing of a subresource",
      object({ a: "1" }, [{ ...has("kubectl", "a"), subresource: "status" }]),
      object({}, []),
    ],
    ["nothing that was not there", object({}, [has("kubectl", "a")]), object({ a: "1" }, [has("evenkeel", "a")])],
    [
      "nothing that cannot be read",
      object({ a: "1" }, [{ ...has("kubectl"), fieldsV1: { "x:data": {} } }]),
      object({}, []),
    ],
  ])("%s", (_title, was, is) => expect(taken(was, is)).toEqual([]));

  test("no value of a Secret is shown", () => {
    const [was, is] = [
      object({ a: "aHVudGVyMg==" }, [has("kubectl", "a")], "Secret"),
      object({ a: "b3RoZXI=" }, [has("evenkeel", "a")], "Secret"),
    ];
    expect(taken(was, is)).toEqual(["kubectl data.a (secret) (secret)"]);
  });

  test("our own marks are nobody's loss", () => {
    const mark = { ...has("kubectl"), fieldsV1: { "f:metadata": { "f:annotations": { "f:evenkeel.dev/seq": {} } } } };
    const marked = (managedFields: readonly object[], seq: string): KubeObject =>
      ({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "x", annotations: { "evenkeel.dev/seq": seq }, managedFields },
      }) as unknown as KubeObject;
    expect(taken(marked([mark], "1"), marked([{ ...mark, manager: "evenkeel", operation: "Apply" }], "2"))).toEqual([]);
  });
});
