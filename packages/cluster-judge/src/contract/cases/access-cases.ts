import { equal, match } from "node:assert/strict";

import type { LiveObject } from "@evenkeel/embedded-cluster";
import { casesOf } from "../contract-case.ts";
import { configMap, deployment } from "../objects.ts";

export const accessCases = casesOf({
  "I01 an impersonated user acts by own rights, not by those of the caller": async (s) => {
    await s.target.as("system:serviceaccount:default:robot", [
      { verbs: ["get", "create", "patch"], group: "", resource: "configmaps" },
    ]);
    const through = { impersonate: "system:serviceaccount:default:robot" } as const;
    equal((await s.create(configMap("i01"), {}, through)).status, 201);
    const refused = await s.send("DELETE", s.path(configMap("i01")), undefined, through);
    equal(refused.status, 403);
    match(refused.message, /User "system:serviceaccount:default:robot" cannot delete resource "configmaps"/);
  },
  "I02 who may not impersonate is refused": async (s) => {
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
  "I03 an apply that would create needs the right to create too": async (s) => {
    const patcher = await s.target.as("patcher", [{ verbs: ["patch", "get"], group: "", resource: "configmaps" }]);
    const options = { through: patcher, type: "application/apply-patch+yaml", query: { fieldManager: "p" } } as const;
    const refused = await s.send("PATCH", s.path(configMap("i03")), configMap("i03"), options);
    equal(refused.status, 403, refused.message);
    await s.create(configMap("i03"));
    const part: LiveObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "i03" }, data: { mine: "1" } };
    equal((await s.send("PATCH", s.path(configMap("i03")), part, options)).status, 200);
  },
  "I04 a dry-run needs the same rights": async (s) => {
    const reader = await s.target.as("reader", [
      { verbs: ["get", "list", "watch"], group: "", resource: "configmaps" },
    ]);
    const refused = await s.create(configMap("i04"), { dryRun: "All" }, { through: reader });
    equal(refused.status, 403);
    equal((await s.send("GET", s.path(deployment("")), undefined, { through: reader })).status, 403);
    equal((await s.send("GET", s.path(configMap("")), undefined, { through: reader })).status, 200);
  },
});
