import { describe, expect, it } from "vitest";

import { asker, configMap } from "./testing/ask.ts";

const PODS = "/api/v1/namespaces/default/pods";
const pod = (spec: object = {}): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p" },
  spec: { containers: [{ name: "c", image: "i" }], ...spec },
});

describe("a DELETE", () => {
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
});
