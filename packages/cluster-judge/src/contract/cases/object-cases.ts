import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";

import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster";
import { valueAt } from "../../differential/pointer.ts";
import type { Answer } from "../bench.ts";
import type { ContractCase } from "../contract-case.ts";
import { configMap, deployment, namespaceNamed, service, widget } from "../objects.ts";

const at = (answer: Answer, pointer: string): Value | undefined => valueAt(answer.body, pointer);
const generation = (answer: Answer): Value | undefined => at(answer, "/metadata/generation");
const version = (answer: Answer): Value | undefined => at(answer, "/metadata/resourceVersion");
const deleteOptions = (more: ValueMap): ValueMap => ({ apiVersion: "v1", kind: "DeleteOptions", ...more });
const scaleOf = (name: string, replicas: number, metadata: ValueMap = {}): LiveObject => ({
  apiVersion: "autoscaling/v1",
  kind: "Scale",
  metadata: { name, ...metadata },
  spec: { replicas },
});

export const subresourceCases: readonly ContractCase[] = [
  {
    id: "S01",
    title: "generation counts changes of the spec alone, not of metadata or status",
    run: async (s) => {
      equal(generation(await s.create(deployment("s01"))), 1);
      equal(generation(await s.merge(deployment("s01"), { metadata: { labels: { x: "y" } } })), 1);
      equal(generation(await s.merge(deployment("s01"), { spec: { replicas: 2 } })), 2);
      equal(
        generation(await s.merge(deployment("s01"), { status: { replicas: 2 } }, { fieldManager: "c" }, "status")),
        2,
      );
      equal(generation(await s.merge(deployment("s01"), { spec: { replicas: 2 } })), 2);
    },
  },
  {
    id: "S02",
    title: "a write of the object leaves the status, a write of the status leaves all else",
    run: async (s) => {
      const made = await s.create({ ...deployment("s02"), status: { replicas: 7 } });
      equal(at(made, "/status/replicas"), undefined);
      await s.merge(deployment("s02"), { status: { replicas: 3 } }, { fieldManager: "c" }, "status");
      const kept = await s.merge(deployment("s02"), { status: { replicas: 9 } });
      equal(at(kept, "/status/replicas"), 3);
      const both = { metadata: { labels: { x: "y" } }, spec: { replicas: 9 }, status: { replicas: 4 } };
      const written = await s.merge(deployment("s02"), both, { fieldManager: "c" }, "status");
      equal(at(written, "/spec/replicas"), 1);
      equal(at(written, "/metadata/labels"), undefined);
      equal(at(written, "/status/replicas"), 4);
    },
  },
  {
    id: "S03",
    title: "/scale reads replicas, selector and the object's identity",
    run: async (s) => {
      const made = await s.create(deployment("s03"));
      const scale = await s.get(deployment("s03"), "scale");
      equal(scale.body["kind"], "Scale");
      equal(scale.body["apiVersion"], "autoscaling/v1");
      equal(at(scale, "/spec/replicas"), 1);
      equal(at(scale, "/status/selector"), "app=s03");
      equal(at(scale, "/metadata/uid"), at(made, "/metadata/uid"));
      equal(version(scale), version(made));
    },
  },
  {
    id: "S04",
    title: "/scale writes replicas, raises generation, and is an entry of the parent's managedFields",
    run: async (s) => {
      await s.apply(deployment("s04"), { fieldManager: "a" });
      const scaled = await s.merge(deployment("s04"), { spec: { replicas: 5 } }, { fieldManager: "scaler" }, "scale");
      equal(at(scaled, "/spec/replicas"), 5);
      const live = await s.get(deployment("s04"));
      equal(at(live, "/spec/replicas"), 5);
      equal(generation(live), 2);
      const managed = (at(live, "/metadata/managedFields") as ValueMap[]).find(
        (entry) => entry["manager"] === "scaler",
      );
      deepEqual(managed?.["fieldsV1"], { "f:spec": { "f:replicas": {} } });
      equal(managed?.["subresource"], "scale");
      const mine = (at(live, "/metadata/managedFields") as ValueMap[]).find((entry) => entry["manager"] === "a");
      equal(valueAt(mine?.["fieldsV1"], "/f:spec/f:replicas"), undefined);
    },
  },
  {
    id: "S05",
    title: "/scale by PUT: an older version is stale, no version is taken",
    run: async (s) => {
      const made = await s.create(deployment("s05"));
      await s.merge(deployment("s05"), { metadata: { labels: { x: "y" } } });
      const stale = scaleOf("s05", 3, { namespace: s.namespace, resourceVersion: version(made) as string });
      equal((await s.send("PUT", s.path(deployment("s05"), "scale"), stale)).status, 409);
      const free = scaleOf("s05", 3, { namespace: s.namespace });
      equal((await s.send("PUT", s.path(deployment("s05"), "scale"), free)).status, 200);
    },
  },
  {
    id: "S07",
    title: "a kind without status or scale does not have these paths",
    run: async (s) => {
      await s.create(configMap("s07"));
      for (const sub of ["status", "scale"]) {
        const answer = await s.get(configMap("s07"), sub);
        equal(answer.status, 404, sub);
        equal(answer.errorClass, "KIND_UNKNOWN");
      }
    },
  },
  {
    id: "S08",
    title: "a custom resource's status is apart where its definition says so, and its generation counts the rest",
    run: async (s) => {
      equal(generation(await s.create({ ...widget("s08", { size: 1 }), status: { x: 1 } })), 1);
      const written = await s.merge(
        widget("s08", {}),
        { status: { x: 2 }, spec: { size: 9 } },
        { fieldManager: "c" },
        "status",
      );
      equal(at(written, "/status/x"), 2);
      equal(at(written, "/spec/size"), 1);
      equal(generation(written), 1);
      equal(generation(await s.merge(widget("s08", {}), { spec: { size: 2 } })), 2);
    },
  },
];

export const writeCases: readonly ContractCase[] = [
  {
    id: "U01",
    title: "a create gives uid, version, time; what the client says of them does not count",
    run: async (s) => {
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
  },
  {
    id: "U02",
    title: "a create with a resourceVersion is refused",
    run: async (s) => {
      const refused = await s.create(configMap("u02", {}, { resourceVersion: "5" }));
      equal(refused.status, 500);
      match(refused.message, /resourceVersion should not be set on objects to be created/);
    },
  },
  {
    id: "U03",
    title: "generateName makes a name of its own each time",
    run: async (s) => {
      const object: LiveObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "made-" } };
      const [one, two] = [await s.create(object), await s.create(object)];
      match(String(at(one, "/metadata/name") as string), /^made-[a-z0-9]{5}$/);
      notEqual(at(one, "/metadata/name"), at(two, "/metadata/name"));
    },
    transcribed: false,
  },
  {
    id: "U04",
    title:
      "a PUT of what is there changes nothing; one without a version is taken; one that does not exist is not found",
    run: async (s) => {
      const made = await s.create(configMap("u04"));
      const same = await s.put(made.body as LiveObject);
      equal(version(same), version(made));
      equal((await s.put(configMap("u04", { key: "2" }))).status, 200);
      equal((await s.put(configMap("u04-none"))).status, 404);
    },
  },
  {
    id: "U05",
    title: "a PUT with another uid is stale",
    run: async (s) => {
      const made = await s.create(configMap("u05"));
      const object = {
        ...made.body,
        metadata: { ...(made.body["metadata"] as ValueMap), uid: "00000000-0000-0000-0000-000000000000" },
      };
      const refused = await s.put(object as unknown as LiveObject);
      equal(refused.errorClass, "STALE", `${refused.status} ${refused.message}`);
    },
  },
  {
    id: "U06",
    title: "unknown fields: dropped with a warning, silently, or refused, as fieldValidation says",
    run: async (s) => {
      const object = (name: string): LiveObject => ({ ...configMap(name), strange: 1 });
      const warned = await s.create(object("u06-a"));
      equal(warned.status, 201);
      deepEqual(warned.warnings, ['unknown field \\"strange\\"']);
      equal(warned.body["strange"], undefined);
      deepEqual((await s.create(object("u06-b"), { fieldValidation: "Ignore" })).warnings, []);
      equal((await s.create(object("u06-c"), { fieldValidation: "Strict" })).status, 400);
      equal((await s.create(object("u06-d"), { fieldValidation: "Loosely" })).status, 422);
    },
  },
  {
    id: "U07",
    title: "a JSON patch may test, add, replace, remove, move and copy; a failed test refuses it",
    run: async (s) => {
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
  },
  {
    id: "U08",
    title: "a strategic merge patch merges containers by name, deletes by directive",
    run: async (s) => {
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
  },
  {
    id: "U09",
    title: "a merge patch replaces lists whole and removes by null",
    run: async (s) => {
      await s.create(deployment("u09", {}, { args: ["-a"], env: [{ name: "A", value: "1" }] }));
      const patched = await s.merge(deployment("u09"), {
        spec: { template: { spec: { containers: [{ name: "web", image: "web:3" }] } }, revisionHistoryLimit: null },
      });
      equal(at(patched, "/spec/template/spec/containers/0/args"), undefined);
      equal(at(patched, "/spec/revisionHistoryLimit"), 10);
    },
  },
  {
    id: "U10",
    title: "a patch with a resourceVersion holds only for that version",
    run: async (s) => {
      const made = await s.create(configMap("u10"));
      await s.merge(configMap("u10"), { data: { key: "2" } });
      const refused = await s.merge(configMap("u10"), {
        metadata: { resourceVersion: version(made) as string },
        data: { key: "3" },
      });
      equal(refused.errorClass, "STALE", `${refused.status} ${refused.message}`);
    },
  },
  {
    id: "U11",
    title: "a mutating hook's change is stored and owned by nobody's apply; it does not act on what it does not match",
    run: async (s) => {
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
  },
  {
    id: "U12",
    title: "hooks are told operation, dry-run, manager and user",
    run: async (s) => {
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
      deepEqual(told, [
        "CREATE ConfigMap u12 real someone",
        "UPDATE ConfigMap u12 dry x",
        "DELETE ConfigMap u12 real ",
      ]);
    },
  },
  {
    id: "U13",
    title: "a Service gets an address and a node port, and keeps them",
    run: async (s) => {
      const made = await s.create(service("u13", { type: "NodePort" }));
      match(String(at(made, "/spec/clusterIP") as string), /^10\.96\./);
      const port = at(made, "/spec/ports/0/nodePort");
      ok(typeof port === "number" && port >= 30_000 && port <= 32_767);
      const kept = await s.merge(service("u13"), { metadata: { labels: { x: "y" } } });
      equal(at(kept, "/spec/ports/0/nodePort"), port);
      equal(at(kept, "/spec/clusterIP"), at(made, "/spec/clusterIP"));
    },
  },
];

export const deleteCases: readonly ContractCase[] = [
  {
    id: "F01",
    title: "a delete answers with a Status that names the object's uid",
    run: async (s) => {
      const made = await s.create(configMap("f01"));
      const gone = await s.remove(configMap("f01"));
      equal(gone.status, 200);
      equal(gone.body["kind"], "Status");
      equal(gone.body["status"], "Success");
      equal(at(gone, "/details/uid"), at(made, "/metadata/uid"));
      equal((await s.get(configMap("f01"))).status, 404);
    },
  },
  {
    id: "F02",
    title: "a delete with the object's uid and version is done",
    run: async (s) => {
      const made = await s.create(configMap("f02"));
      const preconditions = { uid: at(made, "/metadata/uid") as string, resourceVersion: version(made) as string };
      equal((await s.remove(configMap("f02"), deleteOptions({ preconditions }))).status, 200);
    },
  },
  {
    id: "F03",
    title:
      "a finalizer holds: the object is answered with deletionTimestamp, a second delete changes nothing, its removal ends it",
    run: async (s) => {
      await s.create(configMap("f03", {}, { finalizers: ["x.example.com/hold"] }));
      const marked = await s.remove(configMap("f03"));
      equal(marked.status, 200);
      equal(marked.body["kind"], "ConfigMap");
      ok(at(marked, "/metadata/deletionTimestamp"));
      equal(at(marked, "/metadata/deletionGracePeriodSeconds"), 0);
      const again = await s.remove(configMap("f03"));
      equal(version(again), version(marked));
      const added = await s.merge(configMap("f03"), {
        metadata: { finalizers: ["x.example.com/hold", "x.example.com/more"] },
      });
      equal(added.status, 422, "no new finalizer while it goes");
      await s.json(configMap("f03"), [{ op: "remove", path: "/metadata/finalizers" }]);
      equal((await s.get(configMap("f03"))).status, 404);
    },
  },
  {
    id: "F04",
    title: "Foreground and Orphan leave their finalizer for the collector",
    run: async (s) => {
      await s.create(deployment("f04-a"));
      await s.create(deployment("f04-b"));
      const foreground = await s.remove(deployment("f04-a"), deleteOptions({ propagationPolicy: "Foreground" }));
      deepEqual(at(foreground, "/metadata/finalizers"), ["foregroundDeletion"]);
      const orphaned = await s.remove(deployment("f04-b"), deleteOptions({ propagationPolicy: "Orphan" }));
      deepEqual(at(orphaned, "/metadata/finalizers"), ["orphan"]);
    },
  },
  {
    id: "F05",
    title: "a dry-run of a delete leaves the object",
    run: async (s) => {
      const made = await s.create(configMap("f05"));
      equal((await s.remove(configMap("f05"), undefined, { dryRun: "All" })).status, 200);
      equal((await s.remove(configMap("f05"), deleteOptions({ dryRun: ["All"] }))).status, 200);
      deepEqual((await s.get(configMap("f05"))).body, made.body);
    },
  },
  {
    id: "F06",
    title: "options that cannot be are refused",
    run: async (s) => {
      await s.create(configMap("f06"));
      equal((await s.remove(configMap("f06"), deleteOptions({ propagationPolicy: "Sideways" }))).status, 422);
      equal(
        (await s.remove(configMap("f06"), deleteOptions({ orphanDependents: true, propagationPolicy: "Orphan" })))
          .status,
        422,
      );
      equal((await s.remove(configMap("f06"), deleteOptions({ dryRun: ["Some"] }))).status, 422);
      equal((await s.get(configMap("f06"))).status, 200);
    },
  },
  {
    id: "F07",
    title: "a collection is deleted by selector",
    run: async (s) => {
      await s.create(configMap("a", {}, { labels: { go: "yes" } }));
      await s.create(configMap("b"));
      const gone = await s.send("DELETE", s.path(configMap("")), undefined, { query: { labelSelector: "go=yes" } });
      equal(gone.status, 200);
      equal(gone.body["kind"], "ConfigMapList");
      equal((await s.get(configMap("a"))).status, 404);
      equal((await s.get(configMap("b"))).status, 200);
    },
  },
  {
    id: "F08",
    title: "a Namespace is Active, and Terminating while its finalizer holds",
    run: async (s) => {
      const name = "f08-namespace";
      const made = await s.create(namespaceNamed(name));
      equal(at(made, "/status/phase"), "Active");
      deepEqual(at(made, "/spec/finalizers"), ["kubernetes"]);
      deepEqual(at(made, "/metadata/labels"), { "kubernetes.io/metadata.name": name });
      const marked = await s.remove(namespaceNamed(name));
      equal(at(marked, "/status/phase"), "Terminating");
      const finalized = { ...marked.body, spec: { finalizers: [] } };
      equal((await s.send("PUT", `/api/v1/namespaces/${name}/finalize`, finalized)).status, 200);
      equal((await s.get(namespaceNamed(name))).status, 404);
    },
  },
  {
    id: "F09",
    title: "the namespaces that the server needs cannot be deleted",
    run: async (s) => {
      const refused = await s.remove(namespaceNamed("kube-system"));
      equal(refused.status, 403);
    },
  },
];
