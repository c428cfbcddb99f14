import { describe, expect, it } from "vitest";

import { type Asker, MERGE, asker } from "./testing/ask.ts";

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const GEARS = "/apis/ex.io/v1/namespaces/default/gears";

const version = (name: string, storage: boolean): object => ({
  name,
  served: true,
  storage,
  subresources: { status: {} },
  schema: {
    openAPIV3Schema: {
      type: "object",
      properties: {
        spec: { type: "object", properties: { replicas: { type: "integer" }, size: { type: "string", default: "m" } } },
        status: { type: "object", properties: { replicas: { type: "integer" } } },
      },
    },
  },
});

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "gears.ex.io" },
  spec: {
    group: "ex.io",
    scope: "Namespaced",
    names: { plural: "gears", kind: "Gear" },
    versions: [version("v1", true), version("v1beta1", false)],
  },
};

const gear = { apiVersion: "ex.io/v1", kind: "Gear", metadata: { name: "a" }, spec: { replicas: 1 } };

const withGears = async (): Promise<Asker> => {
  const client = asker();
  expect((await client.ask("POST", DEFINITIONS, definition)).status).toBe(201);
  return client;
};

const conditions = async (client: Asker): Promise<readonly string[]> => {
  const { body } = await client.ask("GET", `${DEFINITIONS}/gears.ex.io`);
  const { conditions: found } = body["status"] as { conditions: { type: string; status: string }[] };
  return found.map(({ status, type }) => `${type}=${status}`);
};

describe("a CustomResourceDefinition", () => {
  it("is unknown to other clusters", async () => {
    await withGears();
    expect((await asker().ask("GET", GEARS)).body).toEqual({ text: "404 page not found\n" });
  });

  it("takes its objects along, and waits for their finalizers", async () => {
    const client = await withGears();
    await client.ask("POST", GEARS, { ...gear, metadata: { name: "a", finalizers: ["x.io/hold"] } });
    await client.ask("POST", GEARS, { ...gear, metadata: { name: "b" } });
    await client.ask("DELETE", `${DEFINITIONS}/gears.ex.io`);
    expect((await client.ask("GET", GEARS)).body["items"]).toMatchObject([{ metadata: { name: "a" } }]);
    expect(await conditions(client)).toContain("Terminating=True");
    await client.ask("PATCH", `${GEARS}/a`, { metadata: { finalizers: null } }, MERGE);
    expect((await client.ask("GET", `${DEFINITIONS}/gears.ex.io`)).status).toBe(404);
    expect((await client.ask("GET", GEARS)).body).toEqual({ text: "404 page not found\n" });
  });
});
