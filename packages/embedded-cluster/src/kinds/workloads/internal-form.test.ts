import { expect, test } from "vitest";

import type { LiveObject, ValueMap } from "../../json.ts";
import { builtinModel } from "../../schema/builtin-model.ts";
import { printedInternal } from "./internal-form.ts";
import { podStrategy } from "./pod.ts";

const decoded = (spec: ValueMap): LiveObject => {
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec };
  const { object } = builtinModel({ group: "", version: "v1", kind: "Pod" }).decode(body);
  podStrategy.applyDefaults?.(object);
  return object;
};

const containers = (container: ValueMap): ValueMap => ({
  containers: [{ name: "web", image: "web:1", terminationMessagePolicy: "File", ...container }],
});

test.each([
  ["a list that is not there is null", {}, { Command: null }],
  ["a list that came empty is no null", { command: [] }, { Command: [] }],
  ["so is one of structs", { volumeMounts: [] }, { VolumeMounts: [] }],
  ["and a map inside", { resources: { limits: {} } }, { Resources: { Limits: {}, Claims: null } }],
])("%s", (_title, container, expected) => {
  const spec = decoded(containers(container))["spec"] as ValueMap;
  expect(printedInternal("PodSpec", spec)).toMatchObject({ Containers: [expected] });
});

const pod = (spec: ValueMap): LiveObject => {
  const object = decoded(spec);
  object.metadata["namespace"] = "default";
  return object;
};

test("lists that the server puts together anew to compare two pods are null, however they came", () => {
  const old = pod(containers({}));
  const next = pod({ ...containers({ workingDir: "/a", command: [] }), initContainers: [], tolerations: [] });
  const context = {
    now: "",
    random: () => 0,
    allocateClusterIP: () => undefined,
    allocateNodePort: () => undefined,
    get: () => undefined,
  };
  const details = (podStrategy.validateUpdate?.(next, old, context) ?? []).map(({ detail }) => detail).join("\n");
  expect(details).toContain('+   "Command": [],');
  expect(details).not.toMatch(/InitContainers|Tolerations": \[\]/);
});
