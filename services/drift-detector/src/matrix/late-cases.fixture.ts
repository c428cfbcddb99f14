// For tests only.
import { APP_LABEL, FIELD_MANAGER } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { eventually } from "@evenkeel/testing";

import { setting } from "./change.fixture.ts";
import type { Editor } from "./editor.fixture.ts";
import { configMap, deployment, gaugeDefinition } from "./manifests.fixture.ts";
import type { DriftCase } from "./run-case.fixture.ts";

const text = { type: "string" } as const;
const gauge = (kind: string, name: string, spec: Record<string, string>): KubeObject => ({
  apiVersion: "matrix.example.com/v1",
  kind,
  metadata: { name },
  spec,
});
const twice = (name: string, value: string) => ({ name, value });

/** Definitions that must be served before. */
export const lateDefinitions: readonly KubeObject[] = [
  gaugeDefinition({ a: text, b: text }, "gauge"),
  gaugeDefinition({ a: text, b: text }, "meter"),
];

/** Changes a definition and waits until objects are read by its new schema. */
const redefine = async (e: Editor, definition: KubeObject, shows: (object: KubeObject) => boolean): Promise<void> => {
  await e.apply(definition, { manager: "operator", force: true });
  await eventually(async () => shows(await e.read()), { timeoutMs: 20_000 });
};
const isEstablished = (object: KubeObject): boolean => {
  const status = object["status"] as { readonly conditions?: readonly { type: string; status: string }[] } | undefined;
  return status?.conditions?.some(({ type, status: is }) => type === "Established" && is === "True") ?? false;
};
const specOf = (object: KubeObject): Record<string, unknown> => object["spec"] as Record<string, unknown>;

/** D45, D46, D55, D56, D59: what is refused, what a definition changes, what another app takes. */
export const lateCases: readonly DriftCase[] = [
  {
    id: "D45a",
    title: "an environment variable twice",
    manifest: deployment("d45a", { container: { env: [twice("A", "1"), twice("A", "2")] } }),
    edit: async () => undefined,
    expected: "REFUSED",
    refusedAs: "INVALID",
  },
  {
    id: "D45b",
    title: "a port as text",
    manifest: deployment("d45b", { container: { ports: [{ containerPort: "80", protocol: "TCP" }] } }),
    edit: async () => undefined,
    expected: "REFUSED",
    refusedAs: "INVALID",
  },
  {
    id: "D45c",
    title: "an unknown field",
    manifest: deployment("d45c", { container: { imagePullPolice: "Always" } }),
    edit: async () => undefined,
    expected: "REFUSED",
    refusedAs: "INVALID",
  },
  {
    id: "D46",
    title: "an immutable selector changed",
    manifest: deployment("d46"),
    edit: async (e) => {
      const other = { app: "other" };
      const changed = setting(["spec", "selector", "matchLabels"], other)(e.manifest);
      await e.apply(setting(["spec", "template", "metadata", "labels"], other)(changed), { manager: FIELD_MANAGER });
    },
    expected: "REFUSED",
    refusedAs: "INVALID",
  },
  {
    id: "D55",
    title: "a definition's preserveUnknownFields: false, which the server drops",
    namespaced: false,
    manifest: setting(["spec", "preserveUnknownFields"], false)(gaugeDefinition({ a: text }, "dial")),
    edit: async (e) => {
      await eventually(async () => isEstablished(await e.read())); // or the server's own write falls between read and dry-run
      await e.merge({ metadata: { labels: { theirs: "x" } } });
    },
    expected: "IN_SYNC",
  },
  {
    id: "D56a",
    title: "a definition gains a default",
    manifest: gauge("Gauge", "d56a", { a: "1" }),
    edit: (e) =>
      redefine(
        e,
        gaugeDefinition({ a: text, b: text, late: { type: "string", default: "x" } }, "gauge"),
        (object) => specOf(object)["late"] === "x",
      ),
    expected: "IN_SYNC",
  },
  {
    id: "D56b",
    title: "an owned field leaves its definition",
    manifest: gauge("Meter", "d56b", { a: "1", b: "2" }),
    edit: (e) => redefine(e, gaugeDefinition({ a: text }, "meter"), (object) => specOf(object)["b"] === undefined),
    expected: "UNVERIFIABLE",
  },
  {
    id: "D59",
    title: "our label rewritten to another app's",
    manifest: configMap("d59"),
    edit: (e) => e.merge({ metadata: { labels: { [APP_LABEL]: "other-app" } } }),
    expected: "DRIFT",
    paths: [`metadata.labels["${APP_LABEL}"]`],
  },
];
