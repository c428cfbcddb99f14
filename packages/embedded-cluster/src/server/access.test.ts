import { describe, expect, it } from "vitest";

import { CONFIG_MAPS, asker } from "./testing/ask.ts";

it.each([
  [
    "/apis/apps/v1/namespaces/q/deployments/x/scale",
    'deployments.apps "x" is forbidden: User "eve" cannot get resource "deployments/scale" in API group "apps" in the namespace "q"',
  ],
  ["/version", 'forbidden: User "eve" cannot get path "/version"'],
])("who may not get %s is told so", async (path, message) => {
  const { ask, cluster } = asker();
  cluster.authorize(({ user }) => user.name !== "eve");
  const answer = await ask("GET", path, undefined, { "impersonate-user": "eve" });
  expect(answer.status).toBe(403);
  expect(answer.body["message"]).toBe(message);
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
