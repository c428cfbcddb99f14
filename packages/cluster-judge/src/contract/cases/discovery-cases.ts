import { deepEqual, equal, match, ok } from "node:assert/strict";

import type { Value, ValueMap } from "@evenkeel/embedded-cluster";
import { valueAt } from "../../differential/pointer.ts";
import { casesOf } from "../contract-case.ts";

const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const list = (value: Value | undefined): readonly ValueMap[] => (Array.isArray(value) ? (value as ValueMap[]) : []);
const byName = (items: readonly ValueMap[], key: string, name: string): ValueMap | undefined =>
  items.find((item) => valueAt(item, key) === name);

export const discoveryCases = casesOf({
  "D01 aggregated discovery of /api and /apis: groups, versions, resources, verbs, subresources": {
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
  "D02 aggregated discovery has an ETag; the same again is 304": {
    transcribed: false,
    run: async (s) => {
      const first = await s.send("GET", "/api", undefined, { accept: AGGREGATED });
      const etag = first.headers["etag"];
      ok(etag !== undefined && etag !== "");
      const again = await s.send("GET", "/api", undefined, { accept: AGGREGATED, headers: { "if-none-match": etag } });
      equal(again.status, 304);
    },
  },
  "D05 /version tells major and minor; health answers ok": {
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
  "D06 the cluster has the namespaces by which it is known": async (s) => {
    for (const name of ["default", "kube-system", "kube-public", "kube-node-lease"]) {
      const answer = await s.send("GET", `/api/v1/namespaces/${name}`, undefined, { quiet: true });
      equal(answer.status, 200, name);
      match(String(valueAt(answer.body, "/metadata/uid") as string), /^[0-9a-f-]{36}$/);
    }
  },
});
