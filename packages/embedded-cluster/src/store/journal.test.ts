import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { temporaryFolder } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

import { createEmbeddedCluster } from "../embedded-cluster.ts";
import type { EmbeddedCluster } from "../embedded-cluster.ts";
import { openInProcess } from "../front/open-in-process.ts";
import { openJournal } from "./journal.ts";

const signal = new AbortController().signal;
const configMaps = "/api/v1/namespaces/default/configmaps";

const call = async (cluster: EmbeddedCluster, method: "GET" | "POST" | "DELETE", path: string, body?: unknown) => {
  const bytes = body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) };
  const headers = { "content-type": "application/json" };
  const answer = await openInProcess(cluster).request({ method, path, headers, ...bytes }, signal);
  return { status: answer.status, body: JSON.parse(answer.body.toString("utf8")) };
};
const named = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
const widgets = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "widgets", kind: "Widget" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

describe("a journal", () => {
  it("gives a cluster its objects, uids, versions and custom kinds back, also after a torn last line", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "cluster.jsonl");
    const first = openJournal(file);
    expect(first.initial).toBeUndefined();
    const before = createEmbeddedCluster({ name: "kept", journal: first });
    await call(before, "POST", configMaps, named("stays"));
    await call(before, "POST", configMaps, named("goes"));
    await call(before, "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", widgets);
    await call(before, "DELETE", `${configMaps}/goes`);
    const kept = await call(before, "GET", `${configMaps}/stays`);
    const revision = before.store.revision();
    first[Symbol.dispose]();
    appendFileSync(file, '{"key":{"group":""');

    using second = openJournal(file);
    const after = createEmbeddedCluster({ name: "kept", journal: second });
    expect(await call(after, "GET", `${configMaps}/stays`)).toEqual(kept);
    expect((await call(after, "GET", `${configMaps}/goes`)).status).toBe(404);
    expect((await call(after, "GET", "/apis/example.com/v1/namespaces/default/widgets")).status).toBe(200);
    expect(after.store.revision()).toBe(revision);
    const made = await call(after, "POST", configMaps, named("new"));
    expect(Number(made.body.metadata.resourceVersion)).toBe(revision + 1);
    const uids = after.store.list("", "configmaps").map((stored) => JSON.parse(stored.json).metadata.uid as string);
    expect(new Set(uids).size).toBe(uids.length);
    expect(readFileSync(file, "utf8")).not.toContain('"goes"');
  });
});
