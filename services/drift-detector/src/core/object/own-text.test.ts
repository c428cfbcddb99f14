import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { idle, jobAt, states } from "../track-object.fixture.ts";
import { ownText } from "./own-text.ts";

const synced = states["in sync"];
const text = (object: KubeObject, state = synced) => ownText(object, state, idle.context);
const job = jobAt(11, "hand");
const withEntry = (change: object): KubeObject => ({
  ...job,
  metadata: {
    ...job.metadata,
    managedFields: job.metadata.managedFields?.map((entry) => ({ ...entry, ...change })) ?? [],
  },
});

test.each<readonly [string, boolean, KubeObject]>([
  ["at a later version", true, jobAt(12, "hand")],
  ["with a status of its own", true, jobAt(11, "hand", { ended: true })],
  ["with a field that is not ours", true, { ...job, spec: { a: "hand", theirs: 1 } }],
  ["with another value of ours", false, jobAt(11, "other")],
  ["that is another one of that name", false, jobAt(11, "hand", { uid: "v" })],
  ["of which we own another field", false, withEntry({ fieldsV1: { "f:spec": { "f:b": {} } } })],
])("an object %s is the same as to what is ours: %s", (_title, same, other) => {
  expect(text(job)).not.toBe("");
  expect(text(other) === text(job)).toBe(same);
});

test.each<readonly [string, KubeObject]>([
  ["nothing is ours", withEntry({ manager: "kubectl" })],
  ["the server keeps no owners", { ...job, metadata: { ...job.metadata, managedFields: [] } }],
  ["what is ours cannot be read", withEntry({ fieldsV1: { "x:spec": {} } })],
])("where %s, nothing can be told apart: it is asked each time", (_title, object) => expect(text(object)).toBe(""));

test("of a field that is empty in Git only that it is ours counts: absent, empty and filled by others are one", () => {
  const at = (spec: JsonObject, empty: readonly string[]) => {
    const record = synced.record === undefined ? undefined : { ...synced.record, empty };
    return text({ ...job, spec }, { ...synced, record });
  };
  const specs = [{}, { a: {} }, { a: { theirs: 1 } }];
  expect(new Set(specs.map((spec) => at(spec, [".spec.a"]))).size).toBe(1);
  expect(new Set(specs.map((spec) => at(spec, []))).size).toBe(3);
});
