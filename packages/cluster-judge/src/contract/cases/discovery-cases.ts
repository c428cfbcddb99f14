import { deepEqual, equal, match, ok } from "node:assert/strict";

import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster";
import { valueAt } from "../../differential/pointer.ts";
import type { Answer, Bench } from "../bench.ts";
import type { ContractCase } from "../contract-case.ts";
import { configMap, deployment } from "../objects.ts";
import { untilServed } from "../run-case.ts";

const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const list = (value: Value | undefined): readonly ValueMap[] => (Array.isArray(value) ? (value as ValueMap[]) : []);
const byName = (items: readonly ValueMap[], key: string, name: string): ValueMap | undefined =>
  items.find((item) => valueAt(item, key) === name);
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
const conditionsOf = (answer: Answer): Readonly<Record<string, string>> =>
  Object.fromEntries(
    list(valueAt(answer.body, "/status/conditions")).map((c) => [
      String(c["type"] as string),
      String(c["status"] as string),
    ]),
  );

export const discoveryCases: readonly ContractCase[] = [
  {
    id: "D01",
    title: "aggregated discovery of /api and /apis: groups, versions, resources, verbs, subresources",
    transcribed: false,
    run: async (s) => {
      const core = await s.send("GET", "/api", undefined, { accept: AGGREGATED });
      equal(core.body["kind"], "APIGroupDiscoveryList");
      equal(core.body["apiVersion"], "apidiscovery.k8s.io/v2");
      const maps = byName(list(valueAt(core.body, "/items/0/versions/0/resources")), "/resource", "configmaps");
      deepEqual(maps?.["verbs"], ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]);
      equal(maps?.["scope"], "Namespaced");
      deepEqual(maps?.["shortNames"], ["cm"]);
      const groups = await s.send("GET", "/apis", undefined, { accept: AGGREGATED });
      const apps = byName(list(groups.body["items"]), "/metadata/name", "apps");
      const deployments = byName(list(valueAt(apps, "/versions/0/resources")), "/resource", "deployments");
      deepEqual(
        list(deployments?.["subresources"]).map((sub) => sub["subresource"]),
        ["scale", "status"],
      );
      deepEqual(deployments?.["responseKind"], { group: "", kind: "Deployment", version: "" });
    },
  },
  {
    id: "D02",
    title: "aggregated discovery has an ETag; the same again is 304",
    transcribed: false,
    run: async (s) => {
      const first = await s.send("GET", "/api", undefined, { accept: AGGREGATED });
      const etag = first.headers["etag"];
      ok(etag !== undefined && etag !== "");
      const again = await s.send("GET", "/api", undefined, { accept: AGGREGATED, headers: { "if-none-match": etag } });
      equal(again.status, 304);
    },
  },
  {
    id: "D03",
    title: "legacy discovery: APIVersions, APIGroupList, APIGroup, APIResourceList",
    transcribed: false,
    run: async (s) => {
      const api = await s.send("GET", "/api");
      equal(api.body["kind"], "APIVersions");
      deepEqual(api.body["versions"], ["v1"]);
      const groups = await s.send("GET", "/apis");
      equal(groups.body["kind"], "APIGroupList");
      const scaling = byName(list(groups.body["groups"]), "/name", "autoscaling");
      equal(valueAt(scaling, "/preferredVersion/version"), "v2");
      deepEqual(
        list(scaling?.["versions"]).map((v) => v["version"]),
        ["v2", "v1"],
      );
      const group = await s.send("GET", "/apis/apps");
      equal(group.body["kind"], "APIGroup");
      const resources = await s.send("GET", "/apis/apps/v1");
      equal(resources.body["kind"], "APIResourceList");
      equal(resources.body["groupVersion"], "apps/v1");
      const scale = byName(list(resources.body["resources"]), "/name", "deployments/scale");
      deepEqual(
        { group: scale?.["group"], version: scale?.["version"], kind: scale?.["kind"] },
        { group: "autoscaling", version: "v1", kind: "Scale" },
      );
    },
  },
  {
    id: "D04",
    title: "legacy discovery of a built-in group, resource by resource",
    run: async (s) => {
      for (const path of [
        "/apis/batch/v1",
        "/apis/rbac.authorization.k8s.io/v1",
        "/apis/autoscaling/v1",
        "/apis/contract.example.com/v1",
      ]) {
        equal((await s.send("GET", path)).status, 200, path);
      }
    },
  },
  {
    id: "D05",
    title: "/version tells major and minor; health answers ok",
    transcribed: false,
    run: async (s) => {
      const version = await s.send("GET", "/version");
      equal(version.body["major"], "1");
      match(String(version.body["gitVersion"] as string), /^v1\.\d+\.\d+/);
      for (const path of ["/livez", "/readyz", "/healthz"]) {
        const answer = await s.send("GET", path);
        equal(answer.status, 200, path);
        equal(answer.body["text"], "ok");
      }
    },
  },
  {
    id: "D06",
    title: "the cluster has the namespaces by which it is known",
    run: async (s) => {
      for (const name of ["default", "kube-system", "kube-public", "kube-node-lease"]) {
        const answer = await s.send("GET", `/api/v1/namespaces/${name}`, undefined, { quiet: true });
        equal(answer.status, 200, name);
        match(String(valueAt(answer.body, "/metadata/uid") as string), /^[0-9a-f-]{36}$/);
      }
    },
  },
];

export const definitionCases: readonly ContractCase[] = [
  {
    id: "C01",
    waits: true,
    title: "a definition becomes established, is discovered, serves, and is gone with its objects",
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
      equal((await s.send("GET", `/apis/${group}/v1`)).status, 200);
      equal((await s.create(knob(`${group}/v1`, "one", {}))).status, 201);
      await s.remove(definition);
      await untilStatus(s, `/apis/${group}/v1/namespaces/${s.namespace}/knobs`, 404);
      await untilStatus(s, s.path(definition), 404);
    },
  },
  {
    id: "C02",
    waits: true,
    title: "unknown fields of a structural schema are pruned, defaults filled, on write and on read",
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
  {
    id: "C03",
    waits: true,
    title: "a default that a definition gains shows on objects from before",
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
  {
    id: "C04",
    waits: true,
    title: "two versions without conversion: each is served, the storage version is the preferred of the list",
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
  {
    id: "C05",
    transcribed: false, // refusals of definitions have words of their own
    title: "definitions that cannot be are refused with the field",
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
];

export const accessCases: readonly ContractCase[] = [
  {
    id: "I01",
    title: "an impersonated user acts by own rights, not by those of the caller",
    run: async (s) => {
      await s.target.as("system:serviceaccount:default:robot", [
        { verbs: ["get", "create", "patch"], group: "", resource: "configmaps" },
      ]);
      const through = { impersonate: "system:serviceaccount:default:robot" } as const;
      equal((await s.create(configMap("i01"), {}, through)).status, 201);
      const refused = await s.send("DELETE", s.path(configMap("i01")), undefined, through);
      equal(refused.status, 403);
      match(refused.message, /User "system:serviceaccount:default:robot" cannot delete resource "configmaps"/);
    },
  },
  {
    id: "I02",
    title: "who may not impersonate is refused",
    run: async (s) => {
      const mallory = await s.target.as("mallory", [{ verbs: ["get"], group: "", resource: "configmaps" }]);
      const refused = await s.send("GET", s.path(configMap("i02")), undefined, {
        through: mallory,
        impersonate: "admin",
      });
      equal(refused.status, 403);
      match(
        refused.message,
        /^configmaps "i02" is forbidden: User "mallory" cannot impersonate-on:user-info:get resource "configmaps" in API group ""/,
      );
    },
  },
  {
    id: "I03",
    title: "an apply that would create needs the right to create too",
    run: async (s) => {
      const patcher = await s.target.as("patcher", [{ verbs: ["patch", "get"], group: "", resource: "configmaps" }]);
      const options = { through: patcher, type: "application/apply-patch+yaml", query: { fieldManager: "p" } } as const;
      const refused = await s.send("PATCH", s.path(configMap("i03")), configMap("i03"), options);
      equal(refused.status, 403, refused.message);
      await s.create(configMap("i03"));
      const part: LiveObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "i03" }, data: { mine: "1" } };
      equal((await s.send("PATCH", s.path(configMap("i03")), part, options)).status, 200);
    },
  },
  {
    id: "I04",
    title: "a dry-run needs the same rights",
    run: async (s) => {
      const reader = await s.target.as("reader", [
        { verbs: ["get", "list", "watch"], group: "", resource: "configmaps" },
      ]);
      const refused = await s.create(configMap("i04"), { dryRun: "All" }, { through: reader });
      equal(refused.status, 403);
      equal((await s.send("GET", s.path(deployment("")), undefined, { through: reader })).status, 403);
      equal((await s.send("GET", s.path(configMap("")), undefined, { through: reader })).status, 200);
    },
  },
];
