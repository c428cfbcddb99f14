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
  it("is established, served and discovered", async () => {
    const client = await withGears();
    expect(await conditions(client)).toEqual(["NamesAccepted=True", "Established=True"]);
    expect((await client.ask("GET", "/apis/ex.io")).body["preferredVersion"]).toEqual({
      groupVersion: "ex.io/v1",
      version: "v1",
    });
    const made = await client.ask("POST", GEARS, gear);
    expect(made.body["spec"]).toEqual({ replicas: 1, size: "m" });
  });

  it("is unknown to other clusters", async () => {
    await withGears();
    expect((await asker().ask("GET", GEARS)).body).toEqual({ text: "404 page not found\n" });
  });

  it("serves its versions by turns of the same objects", async () => {
    const client = await withGears();
    await client.ask("POST", GEARS, gear);
    const beta = await client.ask("GET", "/apis/ex.io/v1beta1/namespaces/default/gears/a");
    expect(beta.body["apiVersion"]).toBe("ex.io/v1beta1");
    const moved = await client.ask("PATCH", `${GEARS}/a`, { apiVersion: "ex.io/v1beta1" }, MERGE);
    expect(moved.body["message"]).toContain('apiVersion: Invalid value: "ex.io/v1beta1": must be ex.io/v1');
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

  it("is routed with words of its own", async () => {
    const client = await withGears();
    expect((await client.ask("PUT", GEARS, gear)).body["message"]).toBe("name must be provided");
    expect((await client.ask("FOO", GEARS)).body["message"]).toBe(
      ' is not supported on resources of kind "gears.ex.io"',
    );
    expect((await client.ask("GET", `${GEARS}/a/none`)).body["message"]).toBe('gears.ex.io "a" not found');
    expect((await client.ask("POST", GEARS, { spec: {} })).body["message"]).toContain("Object 'Kind' is missing in");
  });
});
