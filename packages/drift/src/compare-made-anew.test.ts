import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { compareMadeAnew } from "./compare-made-anew.ts";
import { fieldsOfBody } from "./fields-of-body.ts";
import { recordOf } from "./object-record.ts";

const entry = (fieldsV1: JsonObject, manager = "evenkeel") => ({
  manager,
  operation: "Apply",
  apiVersion: "v1",
  time: "",
  fieldsV1,
});
const spec = { "f:spec": { "f:a": {} } };
const object = (values: JsonObject, ...managedFields: readonly JsonObject[]): KubeObject =>
  ({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "x", managedFields },
    spec: values,
  }) as unknown as KubeObject;
const body: KubeObject = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "x" }, spec: { a: "git" } };
const live = (values: JsonObject) => object(values, entry(spec));
const record = recordOf(live({ a: "git" }), body, { desired: "d", hashKey: "k" });

test.each<readonly [string, KubeObject | undefined, JsonObject, readonly string[] | undefined]>([
  ["nowhere, where it is what a fresh one would be", object({ a: "git" }, entry(spec)), { a: "git" }, undefined],
  ["where ours differs", object({ a: "git" }, entry(spec)), { a: "hand" }, ["spec.a"]],
  ["where ours is gone", object({ a: "git" }, entry(spec)), {}, ["spec.a"]],
  [
    "nowhere, where only what is not ours differs",
    object({ a: "git" }, entry(spec)),
    { a: "git", theirs: 1 },
    undefined,
  ],
  ["nowhere, where the server would change it as it did", object({ a: "0.5" }, entry(spec)), { a: "0.5" }, undefined],
  ["by what was sent, where the server may not be asked", undefined, { a: "hand" }, ["spec.a"]],
  ["nowhere by what was sent, where that is live", undefined, { a: "git" }, undefined],
  ["nobody can say where, without owners", object({ a: "git" }), { a: "hand" }, undefined],
  [
    "nobody can say where, by owners that cannot be read",
    object({ a: "git" }, entry({ "x:spec": {} })),
    { a: "hand" },
    undefined,
  ],
])("an object that may not be changed back is another one: %s", (_title, made, values, paths) => {
  const anew = compareMadeAnew(record, { body, made }, live(values));
  expect(anew?.differences.map(({ path }) => path)).toEqual(paths);
});

test.each([
  ["nothing of its metadata but its name", { name: "x", namespace: "n" }, spec],
  ["a label", { name: "x", labels: { a: "1" } }, { ...spec, "f:metadata": { "f:labels": { "f:a": {} } } }],
  ["a label that may be absent", { name: "x", labels: undefined }, spec],
])("of what was sent, that says %s, the fields are named", (_title, metadata, fields) => {
  expect(fieldsOfBody({ ...body, metadata } as KubeObject)).toEqual(fields);
});
