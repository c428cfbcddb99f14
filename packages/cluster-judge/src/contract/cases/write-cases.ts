import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";

import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster";
import { valueAt } from "../../differential/pointer.ts";
import type { Answer } from "../bench.ts";
import { casesOf } from "../contract-case.ts";
import { configMap, deployment, service } from "../objects.ts";

const at = (answer: Answer, pointer: string): Value | undefined => valueAt(answer.body, pointer);
const version = (answer: Answer): Value | undefined => at(answer, "/metadata/resourceVersion");
export const writeCases = casesOf({
  "U01 a create gives uid, version, time; what the client says of them does not count": async (s) => {
    const made = await s.create(
      configMap(
        "u01",
        {},
        { uid: "00000000-0000-0000-0000-000000000000", generation: 7, creationTimestamp: "2001-01-01T00:00:00Z" },
      ),
    );
    equal(made.status, 201, made.message);
    notEqual(at(made, "/metadata/uid"), "00000000-0000-0000-0000-000000000000");
    notEqual(at(made, "/metadata/creationTimestamp"), "2001-01-01T00:00:00Z");
    equal(at(made, "/metadata/namespace"), s.namespace);
  },
  "U02 a create with a resourceVersion is refused": async (s) => {
    const refused = await s.create(configMap("u02", {}, { resourceVersion: "5" }));
    equal(refused.status, 500);
    match(refused.message, /resourceVersion should not be set on objects to be created/);
  },
  "U03 generateName makes a name of its own each time": {
    transcribed: false,
    run: async (s) => {
      const object: LiveObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "made-" } };
      const [one, two] = [await s.create(object), await s.create(object)];
      match(String(at(one, "/metadata/name") as string), /^made-[a-z0-9]{5}$/);
      notEqual(at(one, "/metadata/name"), at(two, "/metadata/name"));
    },
  },
  "U04 a PUT of what is there changes nothing; one without a version is taken; one that does not exist is not found":
    async (s) => {
      const made = await s.create(configMap("u04"));
      const same = await s.put(made.body as LiveObject);
      equal(version(same), version(made));
      equal((await s.put(configMap("u04", { key: "2" }))).status, 200);
      equal((await s.put(configMap("u04-none"))).status, 404);
    },
  "U05 a PUT with another uid is stale": async (s) => {
    const made = await s.create(configMap("u05"));
    const object = {
      ...made.body,
      metadata: { ...(made.body["metadata"] as ValueMap), uid: "00000000-0000-0000-0000-000000000000" },
    };
    const refused = await s.put(object as unknown as LiveObject);
    equal(refused.errorClass, "STALE", `${refused.status} ${refused.message}`);
  },
  "U06 unknown fields: dropped with a warning, silently, or refused, as fieldValidation says": async (s) => {
    const object = (name: string): LiveObject => ({ ...configMap(name), strange: 1 });
    const warned = await s.create(object("u06-a"));
    equal(warned.status, 201);
    deepEqual(warned.warnings, ['unknown field \\"strange\\"']);
    equal(warned.body["strange"], undefined);
    deepEqual((await s.create(object("u06-b"), { fieldValidation: "Ignore" })).warnings, []);
    equal((await s.create(object("u06-c"), { fieldValidation: "Strict" })).status, 400);
    equal((await s.create(object("u06-d"), { fieldValidation: "Loosely" })).status, 422);
  },
  "U07 a JSON patch may test, add, replace, remove, move and copy; a failed test refuses it": async (s) => {
    await s.create(configMap("u07", { a: "1", b: "2" }));
    const patched = await s.json(configMap("u07"), [
      { op: "test", path: "/data/a", value: "1" },
      { op: "replace", path: "/data/a", value: "3" },
      { op: "remove", path: "/data/b" },
      { op: "add", path: "/metadata/labels", value: { x: "y" } },
      { op: "copy", from: "/data/a", path: "/data/c" },
      { op: "move", from: "/data/c", path: "/data/d" },
    ]);
    deepEqual(patched.body["data"], { a: "3", d: "3" });
    const refused = await s.json(configMap("u07"), [{ op: "test", path: "/data/a", value: "1" }]);
    equal(refused.status, 422, refused.message);
  },
  "U08 a strategic merge patch merges containers by name, deletes by directive": async (s) => {
    await s.create(deployment("u08"));
    const added = await s.strategic(deployment("u08"), {
      spec: {
        template: {
          spec: {
            containers: [
              { name: "side", image: "side:1" },
              { name: "web", image: "web:2" },
            ],
          },
        },
      },
    });
    equal((at(added, "/spec/template/spec/containers") as Value[]).length, 2, added.message);
    const left = await s.strategic(deployment("u08"), {
      spec: { template: { spec: { containers: [{ name: "web", $patch: "delete" }] } } },
    });
    deepEqual(
      (at(left, "/spec/template/spec/containers") as ValueMap[]).map((c) => c["name"]),
      ["side"],
    );
  },
  "U09 a merge patch replaces lists whole and removes by null": async (s) => {
    await s.create(deployment("u09", {}, { args: ["-a"], env: [{ name: "A", value: "1" }] }));
    const patched = await s.merge(deployment("u09"), {
      spec: { template: { spec: { containers: [{ name: "web", image: "web:3" }] } }, revisionHistoryLimit: null },
    });
    equal(at(patched, "/spec/template/spec/containers/0/args"), undefined);
    equal(at(patched, "/spec/revisionHistoryLimit"), 10);
  },
  "U10 a patch with a resourceVersion holds only for that version": async (s) => {
    const made = await s.create(configMap("u10"));
    await s.merge(configMap("u10"), { data: { key: "2" } });
    const refused = await s.merge(configMap("u10"), {
      metadata: { resourceVersion: version(made) as string },
      data: { key: "3" },
    });
    equal(refused.errorClass, "STALE", `${refused.status} ${refused.message}`);
  },
  "U11 a mutating hook's change is stored and owned by nobody's apply; it does not act on what it does not match":
    async (s) => {
      const remove = await s.target.hook({
        name: "u11.contract.example.com",
        kind: "mutating",
        namespace: s.namespace,
        review: ({ object }) => {
          const data = object?.["data"] as ValueMap | undefined;
          if (data !== undefined) data["injected"] = "by-hook";
          return undefined;
        },
      });
      try {
        const made = await s.apply(configMap("u11"), { fieldManager: "a" });
        deepEqual(made.body["data"], { injected: "by-hook", key: "1" });
        const entry = (at(made, "/metadata/managedFields") as ValueMap[])[0];
        deepEqual(entry?.["fieldsV1"], { "f:data": { "f:key": {} } });
      } finally {
        await remove();
      }
      equal(at(await s.create(configMap("u11-b")), "/data/injected"), undefined);
    },
  "U12 hooks are told operation, dry-run, manager and user": async (s) => {
    const told: string[] = [];
    const remove = await s.target.hook({
      name: "u12.contract.example.com",
      kind: "validating",
      namespace: s.namespace,
      review: (call) => {
        told.push(`${call.operation} ${call.kind} ${call.name} ${call.dryRun ? "dry" : "real"} ${call.fieldManager}`);
        return undefined;
      },
    });
    try {
      await s.create(configMap("u12"));
      await s.merge(configMap("u12"), { data: { key: "2" } }, { fieldManager: "x", dryRun: "All" });
      await s.remove(configMap("u12"));
    } finally {
      await remove();
    }
    deepEqual(told, ["CREATE ConfigMap u12 real someone", "UPDATE ConfigMap u12 dry x", "DELETE ConfigMap u12 real "]);
  },
  "U13 a Service gets an address and a node port, and keeps them": async (s) => {
    const made = await s.create(service("u13", { type: "NodePort" }));
    match(String(at(made, "/spec/clusterIP") as string), /^10\.96\./);
    const port = at(made, "/spec/ports/0/nodePort");
    ok(typeof port === "number" && port >= 30_000 && port <= 32_767);
    const kept = await s.merge(service("u13"), { metadata: { labels: { x: "y" } } });
    equal(at(kept, "/spec/ports/0/nodePort"), port);
    equal(at(kept, "/spec/clusterIP"), at(made, "/spec/clusterIP"));
  },
});
