import { expect, test } from "vitest";

import { asker } from "./testing/ask.ts";

const PATH = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

test("a SelfSubjectReview tells the caller, whatever it says itself", async () => {
  const claim = { metadata: { name: "x" }, status: { userInfo: { username: "other" } } };
  const { body: told, status } = await asker().ask("POST", PATH, claim);
  expect(status).toBe(201);
  expect(told).toEqual({
    kind: "SelfSubjectReview",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { creationTimestamp: expect.any(String) },
    status: { userInfo: { username: "admin", groups: ["system:masters"] } },
  });
});

test("it tells an impersonated user", async () => {
  const { body } = await asker().ask("POST", PATH, {}, { "impersonate-user": "mallory" });
  expect(body).toMatchObject({ status: { userInfo: { username: "mallory" } } });
});
