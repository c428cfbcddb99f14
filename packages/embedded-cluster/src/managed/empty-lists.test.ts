import { expect, test } from "vitest";

import type { LiveObject, Value } from "../json.ts";
import { builtinModel } from "../schema/builtin-model.ts";
import { trackUpdate } from "./field-manager.ts";
import type { MergeSchema } from "./managed-fields.ts";

const apiVersion = "rbac.authorization.k8s.io/v1";
const model = builtinModel({ group: "rbac.authorization.k8s.io", version: "v1", kind: "Role" });
const schema: MergeSchema = {
  typeOf: () => model,
  convert: (object) => object,
  resetFields: [],
};

const role = (rules: Value, metadata: Record<string, Value> = {}): LiveObject =>
  model.decode({ apiVersion, kind: "Role", metadata: { name: "r", uid: "u", ...metadata }, rules }).object;

const owners = (object: LiveObject): readonly Value[] =>
  (object.metadata["managedFields"] as Record<string, Value>[] | undefined)?.map(({ manager = null }) => manager) ?? [];

const write = (live: LiveObject | undefined, next: LiveObject, manager: string): LiveObject => {
  const written = trackUpdate(
    live,
    next,
    { manager, apiVersion, subresource: "", now: "2026-01-01T00:00:00Z" },
    schema,
  );
  model.asStored?.(written);
  return written;
};

test("who creates an empty list owns it, though it is stored as none", () => {
  const created = write(undefined, role([]), "ann");
  expect([owners(created), created["rules"]]).toEqual([["ann"], null]);
  expect(owners(write(undefined, role(null), "ann"))).toEqual([]);
});

test.each([
  ["an empty list that Go leaves out", [{ verbs: ["get"], resourceNames: [] }], ["ben"]],
  ["nothing new", [{ verbs: ["get"] }], ["ann"]],
])("an atomic list with %s inside", (_, rules, expected) => {
  const created = write(undefined, role([{ verbs: ["get"] }]), "ann");
  const { managedFields = null } = created.metadata;
  expect(owners(write(created, role(rules, { managedFields }), "ben"))).toEqual(expected);
});
