import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { holdEqual } from "./held-fields.ts";

const data = (values: JsonObject, managedFields: readonly JsonObject[] = []): KubeObject =>
  ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", managedFields }, data: values }) as KubeObject;
const entry = (manager: string, fields: JsonObject, operation = "Update"): JsonObject => ({
  manager,
  operation,
  apiVersion: "v1",
  fieldsV1: { "f:data": fields },
});
const own = (fields: JsonObject): JsonObject => entry("evenkeel", fields, "Apply");
const [a, b] = [{ "f:a": {} }, { "f:b": {} }];
const wanted = data({ a: "1", b: "1" });

test("what Git names from now on with the value that it has stays its manager's, the rest is not touched", () => {
  const live = data({ a: "1", b: "1" }, [own(a), entry("kubectl-edit", { ".": {}, ...b, "f:c": {} })]);
  expect(holdEqual(data({ a: "1" }), wanted, live)).toEqual([
    own(a),
    entry("kubectl-edit", { ".": {}, "f:c": {} }),
    entry("kubectl-edit before Git", { ".": {}, ...b }),
  ]);
});

test("what is kept so twice is one entry", () => {
  const live = data({ a: "1", b: "1" }, [entry("kubectl-edit", b), entry("kubectl-edit before Git", a)]);
  expect(holdEqual(undefined, wanted, live)).toEqual([entry("kubectl-edit before Git", { ...a, ...b })]);
});

test.each([
  ["Git had named it in the body last sent", wanted, data({ b: "1" }, [entry("kubectl-edit", b)])],
  ["our own entry has it", data({ a: "1" }), data({ b: "1" }, [own(b), entry("kubectl-edit", b)])],
  ["it has another value: that is a conflict", data({ a: "1" }), data({ b: "2" }, [entry("kubectl-edit", b)])],
  ["a controller has it, from whom nothing is taken", data({ a: "1" }), data({ b: "1" }, [entry("operator", b)])],
  ["it is kept already", data({ a: "1" }), data({ b: "1" }, [entry("kubectl-edit before Git", b)])],
])("nothing is to be done where %s", (_why, before, live) => {
  expect(holdEqual(before, wanted, live)).toBeUndefined();
});
