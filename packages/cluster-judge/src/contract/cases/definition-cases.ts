import { deepEqual, equal, ok } from "node:assert/strict";

import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster";
import { valueAt } from "../../differential/pointer.ts";
import type { Answer, Bench } from "../bench.ts";
import { casesOf } from "../contract-case.ts";
import { untilServed } from "../run-case.ts";

const list = (value: Value | undefined): readonly ValueMap[] => (Array.isArray(value) ? (value as ValueMap[]) : []);
const text = { type: "string" } as const;

interface KnobVersion {
  readonly name: string;
  readonly storage: boolean;
  readonly served?: boolean;
  readonly properties?: ValueMap;
}

const knobDefinition = (group: string, versions: readonly KnobVersion[]): LiveObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `knobs.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { kind: "Knob", plural: "knobs" },
    versions: versions.map(({ name, storage, served = true, properties = {} }) => ({
      name,
      storage,
      served,
      schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties } } } },
    })),
  },
});
const knob = (apiVersion: string, name: string, spec: ValueMap): LiveObject => ({
  apiVersion,
  kind: "Knob",
  metadata: { name },
  spec,
});
const untilStatus = async (s: Bench, path: string, status: number): Promise<Answer> => {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const answer = await s.send("GET", path, undefined, { quiet: true });
    if (answer.status === status) return answer;
    if (performance.now() > deadline) throw new Error(`${path}: still ${answer.status}, not ${status}`);
  }
};
const untilDiscovered = async (s: Bench, group: string): Promise<void> => {
  const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const deadline = performance.now() + 20_000;
  for (;;) {
    const { body } = await s.send("GET", "/apis", undefined, { accept, quiet: true });
    if (list(body["items"]).some((item) => valueAt(item, "/metadata/name") === group)) return;
    if (performance.now() > deadline) throw new Error(`${group} is not discovered`);
  }
};
const conditionsOf = (answer: Answer): Readonly<Record<string, string>> =>
  Object.fromEntries(
    list(valueAt(answer.body, "/status/conditions")).map((c) => [
      String(c["type"] as string),
      String(c["status"] as string),
    ]),
  );

export const definitionCases = casesOf({
  "C01 a definition becomes established, is discovered, serves, and is gone with its objects": {
    waits: true,
    transcribed: false,
    run: async (s) => {
      const group = "c01.example.com";
      const definition = knobDefinition(group, [{ name: "v1", storage: true }]);
      equal((await s.create(definition)).status, 201);
      await untilServed(s, knob(`${group}/v1`, "probe", {}));
      const live = await s.get(definition);
      deepEqual(conditionsOf(live), { NamesAccepted: "True", Established: "True" });
      deepEqual(valueAt(live.body, "/status/storedVersions"), ["v1"]);
      deepEqual(valueAt(live.body, "/status/acceptedNames"), {
        kind: "Knob",
        listKind: "KnobList",
        plural: "knobs",
        singular: "knob",
      });
      await untilDiscovered(s, group);
      equal((await s.create(knob(`${group}/v1`, "one", {}))).status, 201);
      await s.remove(definition);
      await untilStatus(s, `/apis/${group}/v1/namespaces/${s.namespace}/knobs`, 404);
      await untilStatus(s, s.path(definition), 404);
    },
  },
  "C02 unknown fields of a structural schema are pruned, defaults filled, on write and on read": {
    waits: true,
    transcribed: false,
    run: async (s) => {
      const group = "c02.example.com";
      const properties = {
        a: text,
        d: { type: "string", default: "x" },
        n: { type: "object", properties: { d: { type: "integer", default: 3 } } },
      };
      await s.create(knobDefinition(group, [{ name: "v1", storage: true, properties }]));
      await untilServed(s, knob(`${group}/v1`, "probe", {}));
      const made = await s.create(knob(`${group}/v1`, "one", { a: "1", strange: 1, n: {} }));
      deepEqual(made.body["spec"], { a: "1", d: "x", n: { d: 3 } });
      deepEqual(made.warnings, ['unknown field \\"spec.strange\\"']);
    },
  },
  "C03 a default that a definition gains shows on objects from before": {
    waits: true,
    transcribed: false,
    run: async (s) => {
      const group = "c03.example.com";
      await s.create(knobDefinition(group, [{ name: "v1", storage: true, properties: { a: text } }]));
      await untilServed(s, knob(`${group}/v1`, "probe", {}));
      await s.create(knob(`${group}/v1`, "one", { a: "1" }));
      const versions = knobDefinition(group, [
        { name: "v1", storage: true, properties: { a: text, late: { type: "string", default: "y" } } },
      ]);
      await s.merge(knobDefinition(group, []), { spec: versions["spec"] ?? null });
      const deadline = performance.now() + 20_000;
      for (;;) {
        const live = await s.get(knob(`${group}/v1`, "one", {}));
        if (valueAt(live.body, "/spec/late") === "y") break;
        ok(performance.now() < deadline, "the default does not show within 20 s");
      }
    },
  },
  "C04 two versions without conversion: each is served, the storage version is the preferred of the list": {
    waits: true,
    transcribed: false,
    run: async (s) => {
      const group = "c04.example.com";
      await s.create(
        knobDefinition(group, [
          { name: "v1", storage: true, properties: { a: text } },
          { name: "v1beta1", storage: false, properties: { a: text } },
        ]),
      );
      await untilServed(s, knob(`${group}/v1beta1`, "probe", {}));
      await s.create(knob(`${group}/v1beta1`, "one", { a: "1" }));
      const live = await s.get(knob(`${group}/v1`, "one", {}));
      equal(live.body["apiVersion"], `${group}/v1`);
      deepEqual(live.body["spec"], { a: "1" });
    },
  },
  // refusals of definitions have words of their own
  "C05 definitions that cannot be are refused with the field": {
    transcribed: false,
    run: async (s) => {
      const group = "c05.example.com";
      const right = knobDefinition(group, [{ name: "v1", storage: true }]);
      const bad: readonly (readonly [string, LiveObject])[] = [
        ["a name that is not plural.group", { ...right, metadata: { name: "other.example.com" } }],
        ["no storage version", knobDefinition(group, [{ name: "v1", storage: false }])],
        [
          "two storage versions",
          knobDefinition(group, [
            { name: "v1", storage: true },
            { name: "v2", storage: true },
          ]),
        ],
        [
          "a schema that is not structural",
          knobDefinition(group, [{ name: "v1", storage: true, properties: { a: {} } }]),
        ],
        [
          "a default of the wrong type",
          knobDefinition(group, [{ name: "v1", storage: true, properties: { a: { type: "string", default: 1 } } }]),
        ],
        [
          "a keyed list without keys",
          knobDefinition(group, [
            {
              name: "v1",
              storage: true,
              properties: {
                a: {
                  type: "array",
                  "x-kubernetes-list-type": "map",
                  items: { type: "object", properties: { n: text } },
                },
              },
            },
          ]),
        ],
      ];
      for (const [why, definition] of bad) {
        const refused = await s.create(definition);
        equal(refused.status, 422, `${why}: ${refused.message}`);
      }
    },
  },
});
