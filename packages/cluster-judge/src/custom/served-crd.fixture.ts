import { eventually } from "@evenkeel/testing";
import { expect } from "vitest";

import type { LiveObject } from "@evenkeel/embedded-cluster/internals/json";
import type { ServedKind } from "@evenkeel/embedded-cluster/internals/kinds/kind-strategy";
import { schemaOf, versionsOf } from "@evenkeel/embedded-cluster/internals/custom/crd-document";
import { compileSchema, type CustomSchema } from "@evenkeel/embedded-cluster/internals/custom/custom-schema";
import { servedKindsOf } from "@evenkeel/embedded-cluster/internals/custom/served-custom-kinds";
import type { AskRealServer } from "./ask-real-server.fixture.ts";
import { establishedForm } from "./shapes.ts";

export const crdPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** What a test of one CRD works with; `path` is that of its objects in namespace default. */
export interface ServedCrd {
  readonly kind: ServedKind;
  readonly schema: CustomSchema;
  readonly path: string;
}

/** The kind that a CRD makes, as served here. */
export const servedLocally = (crd: LiveObject): ServedCrd => {
  const [kind] = servedKindsOf(establishedForm(crd));
  if (kind === undefined) throw new Error("no kind is served");
  return {
    kind,
    schema: compileSchema(schemaOf(versionsOf(crd)[0] ?? {}) ?? {}),
    path: `/apis/${kind.group}/v1/namespaces/default/${kind.plural}`,
  };
};

/** Creates the CRD on the real server and returns once its objects can be asked for. */
export const serveForReal = async (ask: AskRealServer, crd: LiveObject): Promise<void> => {
  expect(await ask("POST", crdPath, crd)).toMatchObject({ status: 201 });
  const { path } = servedLocally(crd);
  await eventually(async () => expect((await ask("GET", path)).status).toBe(200));
};
