import { expect, test } from "vitest";

import { asker } from "./testing/ask.ts";

const PODS = "/api/v1/namespaces/default/pods";
const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [{ name: "web", image: "web:1" }] },
};

test.each(["log", "exec", "attach", "portforward"])("%s of a pod says that nothing runs in it", async (subresource) => {
  const { ask } = asker();
  expect((await ask("POST", PODS, pod)).status).toBe(201);
  const { body, status } = await ask("GET", `${PODS}/web/${subresource}`);
  expect(status).toBe(501);
  expect(body).toMatchObject({ message: expect.stringContaining('pods "web" runs no container') });
});

test("the log of a pod that is not there is not found", async () => {
  const { body, status } = await asker().ask("GET", `${PODS}/web/log`);
  expect(status).toBe(404);
  expect(body).toMatchObject({ message: 'pods "web" not found' });
});
