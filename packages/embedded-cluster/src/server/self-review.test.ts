import { expect, test } from "vitest";

import { createEmbeddedCluster } from "../embedded-cluster.ts";
import { askEmbedded } from "../testdata/ask-both.ts";

const PATH = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

test("a SelfSubjectReview tells the caller, whatever it says itself", async () => {
  await using cluster = createEmbeddedCluster();
  const body = JSON.stringify({ metadata: { name: "x" }, status: { userInfo: { username: "other" } } });
  const { body: told, status } = await askEmbedded(cluster)({ method: "POST", path: PATH, body });
  expect(status).toBe(201);
  expect(told).toEqual({
    kind: "SelfSubjectReview",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { creationTimestamp: expect.any(String) },
    status: { userInfo: { username: "admin", groups: ["system:masters"] } },
  });
});

test("it tells an impersonated user", async () => {
  await using cluster = createEmbeddedCluster();
  const headers = { "impersonate-user": "mallory" };
  const { body } = await askEmbedded(cluster)({ method: "POST", path: PATH, headers, body: "{}" });
  expect(body).toMatchObject({ status: { userInfo: { username: "mallory" } } });
});
