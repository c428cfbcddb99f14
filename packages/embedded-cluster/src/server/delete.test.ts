import { describe, expect, it } from "vitest";

import { CONFIG_MAPS, MERGE, asker, configMap } from "./testing/ask.ts";

const PODS = "/api/v1/namespaces/default/pods";
const pod = (spec: object = {}): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p" },
  spec: { containers: [{ name: "c", image: "i" }], ...spec },
});

describe("a DELETE", () => {
  it("answers a Status that names the resource as kind", async () => {
    const { ask } = asker();
    await ask("POST", CONFIG_MAPS, configMap("a"));
    const { body, status } = await ask("DELETE", `${CONFIG_MAPS}/a`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ kind: "Status", status: "Success", details: { name: "a", kind: "configmaps" } });
  });

  it("waits for finalizers, and the last one's removal ends the object", async () => {
    const { ask, cluster } = asker();
    await ask("POST", CONFIG_MAPS, configMap("a", { finalizers: ["x.io/a", "x.io/b"] }));
    const kept = await ask("DELETE", `${CONFIG_MAPS}/a`);
    expect(kept.body["metadata"]).toMatchObject({ deletionGracePeriodSeconds: 0, finalizers: ["x.io/a", "x.io/b"] });
    const more = await ask("PATCH", `${CONFIG_MAPS}/a`, { metadata: { finalizers: ["x.io/a", "x.io/c"] } }, MERGE);
    expect(more.body["message"]).toContain("no new finalizers can be added if the object is being deleted");
    const again = await ask("POST", CONFIG_MAPS, configMap("a"));
    expect(again.body["message"]).toBe('object is being deleted: configmaps "a" already exists');
    const events: string[] = [];
    cluster.store.subscribe("", "configmaps", ({ type }) => events.push(type));
    expect((await ask("PATCH", `${CONFIG_MAPS}/a`, { metadata: { finalizers: null } }, MERGE)).status).toBe(200);
    expect((await ask("GET", `${CONFIG_MAPS}/a`)).status).toBe(404);
    expect(events).toEqual(["DELETED"]);
  });

  it.each([
    ["Foreground", ["foregroundDeletion"]],
    ["Orphan", ["orphan"]],
  ])("with propagation %s leaves the work to the collector", async (policy, finalizers) => {
    const { ask } = asker();
    await ask("POST", CONFIG_MAPS, configMap("a"));
    const { body } = await ask("DELETE", `${CONFIG_MAPS}/a?propagationPolicy=${policy}`);
    expect(body["metadata"]).toMatchObject({ finalizers });
  });

  it("deletes only the very object that it names", async () => {
    const { ask } = asker();
    await ask("POST", CONFIG_MAPS, configMap("a"));
    const other = await ask("DELETE", `${CONFIG_MAPS}/a`, { preconditions: { uid: "u" } });
    expect(other.status).toBe(409);
    expect(other.body["message"]).toContain("the UID in the precondition (u) does not match the UID in record (");
    const stale = await ask("DELETE", `${CONFIG_MAPS}/a`, { preconditions: { resourceVersion: "1" } });
    expect(stale.body["message"]).toContain("the ResourceVersion in the precondition (1) does not match");
  });

  it("removes a pod at once that runs nowhere, and gives time to one that does", async () => {
    const { ask } = asker();
    await ask("POST", PODS, pod());
    await ask("DELETE", `${PODS}/p`);
    expect((await ask("GET", `${PODS}/p`)).status).toBe(404);
    await ask("POST", PODS, pod({ nodeName: "n" }));
    const ending = await ask("DELETE", `${PODS}/p`);
    expect(ending.body["metadata"]).toMatchObject({ deletionGracePeriodSeconds: 30 });
    const shortened = await ask("DELETE", `${PODS}/p?gracePeriodSeconds=5`);
    expect(shortened.body["metadata"]).toMatchObject({ deletionGracePeriodSeconds: 5 });
    await ask("DELETE", `${PODS}/p?gracePeriodSeconds=0`);
    expect((await ask("GET", `${PODS}/p`)).status).toBe(404);
  });

  it("ends a namespace only when its own finalizers are gone", async () => {
    const { ask } = asker();
    const path = "/api/v1/namespaces/n";
    await ask("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } });
    const ending = await ask("DELETE", path);
    expect(ending.body["status"]).toEqual({ phase: "Terminating" });
    const late = await ask("POST", `${path}/configmaps`, configMap("a"));
    expect(late.status).toBe(403);
    expect(late.body["details"]).toMatchObject({ causes: [{ reason: "NamespaceTerminating" }] });
    await ask("PUT", `${path}/finalize`, { ...ending.body, spec: {} });
    expect((await ask("GET", path)).status).toBe(404);
    expect((await ask("DELETE", "/api/v1/namespaces/default")).body["message"]).toContain(
      "this namespace may not be deleted",
    );
  });

  it("of a collection answers what was there", async () => {
    const { ask } = asker();
    for (const name of ["a", "b"]) await ask("POST", CONFIG_MAPS, configMap(name, { labels: { keep: name } }));
    const { body } = await ask("DELETE", `${CONFIG_MAPS}?labelSelector=keep!%3Da`);
    expect(body["kind"]).toBe("ConfigMapList");
    const left = await ask("GET", CONFIG_MAPS);
    expect(left.body["items"]).toHaveLength(1);
  });
});
