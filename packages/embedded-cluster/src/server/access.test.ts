import { describe, expect, it } from "vitest";

import { APPLY, CONFIG_MAPS, asker, configMap } from "./testing/ask.ts";

describe("who may not", () => {
  it.each([
    [
      "GET",
      `${CONFIG_MAPS}/a`,
      'configmaps "a" is forbidden: User "eve" cannot get resource "configmaps" in API group "" in the namespace "default"',
    ],
    [
      "GET",
      "/apis/apps/v1/deployments",
      'deployments.apps is forbidden: User "eve" cannot list resource "deployments" in API group "apps" at the cluster scope',
    ],
    [
      "GET",
      "/apis/apps/v1/namespaces/q/deployments/x/scale",
      'deployments.apps "x" is forbidden: User "eve" cannot get resource "deployments/scale" in API group "apps" in the namespace "q"',
    ],
    ["GET", "/version", 'forbidden: User "eve" cannot get path "/version"'],
  ])("%s %s is told so", async (method, path, message) => {
    const { ask, cluster } = asker();
    cluster.authorize(({ user }) => user.name !== "eve");
    const answer = await ask(method, path, undefined, { "impersonate-user": "eve" });
    expect(answer.status).toBe(403);
    expect(answer.body["message"]).toBe(message);
  });

  it("impersonate is told the narrower right that would do", async () => {
    const { ask, cluster } = asker({}, { name: "mallory", groups: [] });
    cluster.authorize(({ verb }) => verb !== "impersonate");
    const answer = await ask("GET", `${CONFIG_MAPS}/a`, undefined, { "impersonate-user": "admin" });
    expect(answer.body["message"]).toContain(
      'User "mallory" cannot impersonate-on:user-info:get resource "configmaps"',
    );
  });

  it("create cannot create by apply either", async () => {
    const { ask, cluster } = asker();
    cluster.authorize(({ verb }) => verb !== "create");
    const answer = await ask("PATCH", `${CONFIG_MAPS}/a?fieldManager=m`, configMap("a"), APPLY);
    expect(answer.status).toBe(403);
    expect(answer.body["message"]).toContain('cannot create resource "configmaps"');
  });
});

describe("a service account", () => {
  it("has the groups of its namespace", async () => {
    const { ask, cluster } = asker();
    let groups: readonly string[] = [];
    cluster.authorize(({ user }) => {
      groups = user.groups;
      return true;
    });
    await ask("GET", CONFIG_MAPS, undefined, { "impersonate-user": "system:serviceaccount:a:b" });
    expect(groups).toEqual(["system:serviceaccounts", "system:serviceaccounts:a", "system:authenticated"]);
  });
});
