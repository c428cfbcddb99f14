import type { LiveObject, Value } from "@evenkeel/embedded-cluster/internals/json";
import { lists, open, scaled } from "./object-shapes.ts";
import { formats, junctors, scalars, type Shape } from "./value-shapes.ts";

const group = "shapes.evenkeel.test";

const crdOf = ({ plural, kind, schema, subresources }: Shape): LiveObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
    conversion: { strategy: "None" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        ...(subresources === undefined ? {} : { subresources }),
      },
    ],
  },
});

/** The same under other names, for a test of its own. */
export const renamed = (crd: LiveObject, prefix: string): LiveObject => {
  const spec = crd["spec"] as { names: { plural: string; kind: string } };
  const kind = `${prefix.toUpperCase()}${spec.names.kind}`;
  const plural = `${prefix}${spec.names.plural}`;
  const names = { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` };
  return { ...crd, metadata: { name: `${plural}.${group}` }, spec: { ...spec, names } };
};

/** The same kind before it had a schema worth the name: it takes anything. */
export const looseForm = (crd: LiveObject): LiveObject => {
  const spec = crd["spec"] as { versions: { schema: Value }[] };
  const preserve = { "x-kubernetes-preserve-unknown-fields": true };
  const properties = Object.fromEntries(
    ["spec", "status", "anything", "template", "strict"].map((name) => [name, preserve]),
  );
  const versions = spec.versions.map((version) => ({
    ...version,
    schema: { openAPIV3Schema: { type: "object", properties } },
  }));
  return { ...crd, spec: { ...spec, versions } };
};

/** CRDs that between them use all that a schema may say. */
export const shapes: readonly LiveObject[] = [scalars, formats, lists, junctors, open, scaled].map(crdOf);

/** The same as the server's controllers leave it. */
export const establishedForm = (crd: LiveObject): LiveObject => {
  const spec = crd["spec"] as { names: Value };
  const condition = (type: string): Value => ({ type, status: "True" });
  return {
    ...crd,
    status: {
      acceptedNames: spec.names,
      conditions: [condition("NamesAccepted"), condition("Established")],
      storedVersions: ["v1"],
    },
  };
};
