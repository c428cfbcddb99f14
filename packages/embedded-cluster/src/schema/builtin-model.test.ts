import { describe, expect, test } from "vitest";

import { copyOf, type Value, type ValueMap } from "../json.ts";
import { DecodeFailed } from "../kinds/kind-strategy.ts";
import { builtinModel, modelOfType } from "./builtin-model.ts";
import { cameEmpty, hasCameEmpty, hasCameOtherwiseInList } from "./came-empty.ts";

const deployments = builtinModel({ group: "apps", version: "v1", kind: "Deployment" });
const roles = builtinModel({ group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole" });
const secrets = builtinModel({ group: "", version: "v1", kind: "Secret" });

const withContainer = (container: ValueMap): ValueMap => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web" },
  spec: { template: { spec: { containers: [container] } } },
});
const containerOf = (container: ValueMap): Value => {
  const { object } = deployments.decode(withContainer(container));
  return (object as unknown as { spec: { template: { spec: { containers: Value[] } } } }).spec.template.spec
    .containers[0]!;
};
const messageOf = (decode: () => unknown): string => {
  try {
    decode();
  } catch (error) {
    if (error instanceof DecodeFailed) return error.message;
    throw error;
  }
  return "decoded";
};

test("an empty kind gets what Go always emits, and nothing else", () => {
  expect(deployments.decode({}).object).toEqual({
    metadata: {},
    spec: { selector: null, strategy: {}, template: { metadata: {}, spec: { containers: null } } },
    status: {},
  });
  expect(roles.decode({}).object).toEqual({ metadata: {}, rules: null });
});

describe("a value comes out as Go would emit it", () => {
  test.each<[string, ValueMap, ValueMap]>([
    ["an omitted zero goes", { name: "c", image: "", tty: false, args: [] }, { name: "c" }],
    ["a required zero stays", { ports: [{}] }, { name: "", ports: [{ containerPort: 0 }] }],
    [
      "a zero behind a pointer stays",
      { livenessProbe: { terminationGracePeriodSeconds: 0 } },
      { name: "", livenessProbe: { terminationGracePeriodSeconds: 0 } },
    ],
    ["null is nothing", { name: "c", securityContext: null, image: null, env: null }, { name: "c" }],
    [
      "null in a list is a zero item",
      { args: [null, "a"], env: [null] },
      { name: "", args: ["", "a"], env: [{ name: "" }] },
    ],
    [
      "quantities are canonical",
      { resources: { limits: { cpu: "1000m", memory: "1024Mi", a: 0.5, b: null } } },
      { name: "", resources: { limits: { cpu: "1", memory: "1Gi", a: "500m", b: "0" } } },
    ],
    [
      "a port is a number or a name",
      { readinessProbe: { httpGet: { port: "http" } } },
      { name: "", readinessProbe: { httpGet: { port: "http" } } },
    ],
    [
      "a missing port is zero",
      { readinessProbe: { httpGet: {} } },
      { name: "", readinessProbe: { httpGet: { port: 0 } } },
    ],
  ])("%s", (_, given, emitted) => {
    expect(containerOf(given)).toEqual({ resources: {}, ...emitted });
  });

  test("times are whole seconds of UTC, bytes are canonical base64", () => {
    const metadata = { creationTimestamp: "2020-01-02T03:04:05.678+02:00", deletionTimestamp: null };
    expect(secrets.decode({ metadata, data: { a: "YR==", b: null, c: [104, 105] } }).object).toEqual({
      metadata: { creationTimestamp: "2020-01-02T01:04:05Z" },
      data: { a: "YQ==", b: "", c: "aGk=" },
    });
  });

  test("what was emitted is emitted again as it is", () => {
    const { object } = deployments.decode(withContainer({ name: "c", resources: { limits: { cpu: 1.5 } } }));
    expect(deployments.decode(object)).toEqual({ object, strictErrors: [] });
  });
});

test("unknown fields are dropped and told, in the order of the body", () => {
  const body = { spec: { foo: 1, template: { spec: { containers: [{ Image: "a", name: "c" }] } } }, bar: {} };
  const { object, strictErrors } = deployments.decode(body);
  expect(strictErrors).toEqual([
    'unknown field "spec.foo"',
    'unknown field "spec.template.spec.containers[0].Image"',
    'unknown field "bar"',
  ]);
  expect(object["bar"]).toBeUndefined();
});

test.each<[string, ValueMap, string]>([
  ["a string for a number", { spec: { replicas: "3" } }, "spec.replicas"],
  ["a number that does not fit", { spec: { replicas: 3000000000 } }, "spec.replicas"],
  ["a list for a struct", { spec: [] }, "spec: it is no struct"],
  ["a number for a label", { metadata: { labels: { a: 1 } }, spec: 5 }, "metadata.labels.a: it is no string"],
  ["a time that is none", { metadata: { creationTimestamp: "2020" } }, "metadata.creationTimestamp: it is no time"],
  [
    "an unreadable quantity",
    withContainer({ resources: { limits: { cpu: "abc" } } }),
    "spec.template.spec.containers[0].resources.limits.cpu",
  ],
])("refuses %s", (_, body, why) => {
  expect(messageOf(() => deployments.decode(body))).toContain(`cannot unmarshal ${why}`);
});

test("an empty list that is always shown is null when it comes back from storage", () => {
  const { object } = roles.decode({ rules: [{ verbs: [], resources: [] }] });
  expect(object).toEqual({ metadata: {}, rules: [{ verbs: [] }] });
  roles.asStored?.(object);
  expect(object).toEqual({ metadata: {}, rules: [{ verbs: null }] });
  const { object: empty } = roles.decode({ rules: [] });
  expect(empty["rules"]).toEqual([]);
  roles.asStored?.(empty);
  expect(empty["rules"]).toBeNull();
});

test("an empty list is remembered until the object is stored, also by copies", () => {
  const { object: read } = roles.decode({ metadata: { labels: {} }, rules: [] });
  const object = copyOf(read);
  expect([cameEmpty(object, "rules"), cameEmpty(object.metadata, "labels")]).toEqual([true, true]);
  expect(cameEmpty(object.metadata, "annotations")).toBe(false);
  expect([hasCameEmpty(object), hasCameEmpty(roles.decode({}).object)]).toEqual([true, false]);
  object["rules"] = [{ verbs: ["get"] }];
  expect(cameEmpty(object, "rules"), "filled by a default").toBe(false);
});

test.each([
  ["as the server writes it", "1500m", false],
  ["in another unit", "1000m", true],
  ["with a zero in front", "01", false],
  ["as a number", 2, false],
])("a quantity %s: a list with it differs from the stored one: %#", (_, averageValue, differs) => {
  const autoscalers = builtinModel({ group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler" });
  const metrics = [{ type: "Pods", pods: { metric: { name: "m" }, target: { type: "AverageValue", averageValue } } }];
  const { object } = autoscalers.decode({ spec: { metrics } });
  expect(hasCameOtherwiseInList(copyOf(object))).toBe(differs);
});

test("a schema inside a CRD's schema may be a list, a boolean or strings", () => {
  const model = builtinModel({ group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition" });
  const schema = { additionalProperties: false, items: [{ type: "string" }], default: { a: [null] } };
  const crd = {
    spec: { versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }] },
  };
  expect(JSON.stringify(model.decode(crd).object)).toContain(
    JSON.stringify({ default: { a: [null] }, items: [{ type: "string" }], additionalProperties: false }),
  );
});

test("bodies that are no resource have models too, other kinds have none", () => {
  const scale = modelOfType("io.k8s.api.autoscaling.v1.Scale");
  expect(scale.decode({ spec: { replicas: 0 } }).object).toEqual({ metadata: {}, spec: {}, status: { replicas: 0 } });
  expect(() => builtinModel({ group: "apps", version: "v1", kind: "Widget" })).toThrow(RangeError);
});
