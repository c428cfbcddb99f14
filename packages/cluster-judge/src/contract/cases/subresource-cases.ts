import { deepEqual, equal } from "node:assert/strict";

import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster";
import { valueAt } from "../../differential/pointer.ts";
import type { Answer } from "../bench.ts";
import { casesOf } from "../contract-case.ts";
import { configMap, deployment, widget } from "../objects.ts";

const at = (answer: Answer, pointer: string): Value | undefined => valueAt(answer.body, pointer);
const generation = (answer: Answer): Value | undefined => at(answer, "/metadata/generation");
const version = (answer: Answer): Value | undefined => at(answer, "/metadata/resourceVersion");
const scaleOf = (name: string, replicas: number, metadata: ValueMap = {}): LiveObject => ({
  apiVersion: "autoscaling/v1",
  kind: "Scale",
  metadata: { name, ...metadata },
  spec: { replicas },
});

export const subresourceCases = casesOf({
  "S01 generation counts changes of the spec alone, not of metadata or status": async (s) => {
    equal(generation(await s.create(deployment("s01"))), 1);
    equal(generation(await s.merge(deployment("s01"), { metadata: { labels: { x: "y" } } })), 1);
    equal(generation(await s.merge(deployment("s01"), { spec: { replicas: 2 } })), 2);
    equal(
      generation(await s.merge(deployment("s01"), { status: { replicas: 2 } }, { fieldManager: "c" }, "status")),
      2,
    );
    equal(generation(await s.merge(deployment("s01"), { spec: { replicas: 2 } })), 2);
  },
  "S02 a write of the object leaves the status, a write of the status leaves all else": async (s) => {
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
  "S03 /scale reads replicas, selector and the object's identity": async (s) => {
    const made = await s.create(deployment("s03"));
    const scale = await s.get(deployment("s03"), "scale");
    equal(scale.body["kind"], "Scale");
    equal(scale.body["apiVersion"], "autoscaling/v1");
    equal(at(scale, "/spec/replicas"), 1);
    equal(at(scale, "/status/selector"), "app=s03");
    equal(at(scale, "/metadata/uid"), at(made, "/metadata/uid"));
    equal(version(scale), version(made));
  },
  "S04 /scale writes replicas, raises generation, and is an entry of the parent's managedFields": async (s) => {
    await s.apply(deployment("s04"), { fieldManager: "a" });
    const scaled = await s.merge(deployment("s04"), { spec: { replicas: 5 } }, { fieldManager: "scaler" }, "scale");
    equal(at(scaled, "/spec/replicas"), 5);
    const live = await s.get(deployment("s04"));
    equal(at(live, "/spec/replicas"), 5);
    equal(generation(live), 2);
    const managed = (at(live, "/metadata/managedFields") as ValueMap[]).find((entry) => entry["manager"] === "scaler");
    deepEqual(managed?.["fieldsV1"], { "f:spec": { "f:replicas": {} } });
    equal(managed?.["subresource"], "scale");
    const mine = (at(live, "/metadata/managedFields") as ValueMap[]).find((entry) => entry["manager"] === "a");
    equal(valueAt(mine?.["fieldsV1"], "/f:spec/f:replicas"), undefined);
  },
  "S05 /scale by PUT: an older version is stale, no version is taken": async (s) => {
    const made = await s.create(deployment("s05"));
    await s.merge(deployment("s05"), { metadata: { labels: { x: "y" } } });
    const stale = scaleOf("s05", 3, { namespace: s.namespace, resourceVersion: version(made) as string });
    equal((await s.send("PUT", s.path(deployment("s05"), "scale"), stale)).status, 409);
    const free = scaleOf("s05", 3, { namespace: s.namespace });
    equal((await s.send("PUT", s.path(deployment("s05"), "scale"), free)).status, 200);
  },
  "S07 a kind without status or scale does not have these paths": async (s) => {
    await s.create(configMap("s07"));
    for (const sub of ["status", "scale"]) {
      const answer = await s.get(configMap("s07"), sub);
      equal(answer.status, 404, sub);
      equal(answer.errorClass, "KIND_UNKNOWN");
    }
  },
  "S08 a custom resource's status is apart where its definition says so, and its generation counts the rest": async (
    s,
  ) => {
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
});
