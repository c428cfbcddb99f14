import { expect, test } from "vitest";

import { createEmbeddedCluster } from "../embedded-cluster.ts";
import { askEmbedded } from "../testdata/ask-both.ts";

const PODS = "/api/v1/namespaces/default/pods";
const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [{ name: "web", image: "web:1" }] },
};

test.each(["log", "exec", "attach", "portforward"])("%s of a pod says that nothing runs in it", async (subresource) => {
  await using cluster = createEmbeddedCluster();
  const ask = askEmbedded(cluster);
  expect((await ask({ method: "POST", path: PODS, body: JSON.stringify(pod) })).status).toBe(201);
  const { body, status } = await ask({ method: "GET", path: `${PODS}/web/${subresource}` });
  expect(status).toBe(501);
  expect(body).toMatchObject({ message: expect.stringContaining('pods "web" runs no container') });
});

test("the log of a pod that is not there is not found", async () => {
  await using cluster = createEmbeddedCluster();
  const { body, status } = await askEmbedded(cluster)({ method: "GET", path: `${PODS}/web/log` });
  expect(status).toBe(404);
  expect(body).toMatchObject({ message: 'pods "web" not found' });
});
