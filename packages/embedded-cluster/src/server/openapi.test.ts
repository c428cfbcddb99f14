import { describe, expect, it } from "vitest";

import { createEmbeddedCluster } from "../embedded-cluster.ts";
import { openInProcess } from "../front/open-in-process.ts";

interface Document {
  readonly paths: Readonly<Record<string, { readonly patch?: { readonly parameters: readonly { name: string }[] } }>>;
}
const get = async (path: string) => {
  const answer = await openInProcess(createEmbeddedCluster()).request(
    { method: "GET", path },
    new AbortController().signal,
  );
  return { status: answer.status, text: answer.body.toString("utf8") };
};

describe("OpenAPI v3, as far as kubectl apply asks for it", () => {
  it("names every group version", async () => {
    const { paths } = JSON.parse((await get("/openapi/v3")).text) as Document;
    expect(paths["apis/apps/v1"]).toEqual({ serverRelativeURL: "/openapi/v3/apis/apps/v1" });
    expect(paths["api/v1"]).toEqual({ serverRelativeURL: "/openapi/v3/api/v1" });
  });

  it("says that a PATCH takes fieldValidation: kubectl then leaves the checks to the server", async () => {
    const { paths } = JSON.parse((await get("/openapi/v3/apis/apps/v1")).text) as Document;
    const patch = paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]?.patch;
    expect(patch?.parameters.map(({ name }) => name)).toContain("fieldValidation");
    expect(patch).toMatchObject({
      "x-kubernetes-group-version-kind": { group: "apps", version: "v1", kind: "Deployment" },
    });
  });

  it("knows no other group version", async () => {
    expect(await get("/openapi/v3/apis/example.com/v1")).toEqual({ status: 404, text: "404 page not found\n" });
  });
});
