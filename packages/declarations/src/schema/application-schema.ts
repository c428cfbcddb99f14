import { closed, documentOf, flag, label, labelSelector, stringMap, text } from "./fragments.ts";
import type { Schema } from "./fragments.ts";

const texts: Schema = { type: "array", items: text };
const anything: Schema = { type: "object", additionalProperties: true };

const path: Schema = {
  type: "string",
  // No absolute path, drive letter, parent step, backslash or control character.
  pattern: "^(?!/)(?![A-Za-z]:)(?!.*(?:^|/)\\.\\.(?:/|$))[^\\\\\\u0000-\\u001f\\u007f]+$",
  expects: 'a path inside the repository, such as "apps/web" or "."',
  maxLength: 4096,
};

const render = closed({
  kind: { type: "string", enum: ["auto", "plain", "kustomize", "helm"] },
  plain: closed({
    recurse: flag,
    include: texts,
    exclude: texts,
    dialect: { type: "string", enum: ["kustomize", "api"] },
  }),
  kustomize: anything,
  helm: closed({
    releaseName: label,
    namespace: label,
    valuesFiles: { type: "array", items: path },
    values: anything,
    kubeVersion: { type: "string", pattern: "^v?[0-9]+\\.[0-9]+(?:\\.[0-9]+)?$", expects: 'a version such as "1.36"' },
    apiVersions: texts,
    includeCRDs: flag,
  }),
  substitute: stringMap,
});

/** What is deployed: a path of a repository, rendered, on the clusters that a selector names. */
export const applicationSchema = documentOf(
  "Application",
  closed(
    {
      id: { ...label, description: "Stable identity across a rename; default: the name." },
      repository: { ...label, description: "Name of a Repository." },
      path,
      render,
      targets: closed({ clusterSelector: labelSelector }, ["clusterSelector"]),
      namespace: { ...label, description: "Namespace of objects that name none." },
      allowedNamespaces: {
        type: "array",
        items: {
          type: "string",
          pattern: "^(?:\\*|[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$",
          expects: 'a namespace, or "*" for all',
        },
        uniqueItems: true,
        description: "Namespaces it may write to besides its own; default: only its own, or any if it has none.",
      },
      allowedClusterKinds: {
        type: "array",
        items: {
          type: "string",
          pattern: "^(?:\\*|[A-Z][A-Za-z0-9]{0,62}(?:\\.[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)?)$",
          expects:
            'a kind with its group, such as "Namespace" or "ClusterRole.rbac.authorization.k8s.io", or "*" for all',
        },
        uniqueItems: true,
        description:
          "Kinds of cluster-scoped objects it may write; default: none, or any if neither namespace nor allowedNamespaces is set.",
      },
      serviceAccount: {
        type: "string",
        pattern: "^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$",
        expects: "NAMESPACE/NAME of a ServiceAccount",
        description: "Whom the applier impersonates.",
      },
      prune: closed({
        enabled: flag,
        allowEmpty: flag,
        graceSeconds: { type: "integer", minimum: 0, maximum: 86_400 },
      }),
      deletionPolicy: { type: "string", enum: ["orphan", "delete"] },
      drift: { type: "string", enum: ["correct", "report", "hold"] },
      onFight: { type: "string", enum: ["correct", "hold"] },
      ignore: {
        type: "array",
        items: closed(
          {
            selector: closed({ group: { type: "string" }, kind: text, namespace: text, name: text }),
            paths: { type: "array", items: text, minItems: 1 },
            mode: { type: "string", enum: ["ignore", "create-only"] },
          },
          ["paths"],
        ),
      },
      whenGone: {
        type: "array",
        items: closed(
          {
            selector: closed({ group: { type: "string" }, kind: text, namespace: text, name: text }),
            mode: { type: "string", enum: ["done", "restore"] },
          },
          ["mode"],
        ),
      },
      recreate: { type: "string", enum: ["never", "job-only", "always"] },
      adopt: { type: "string", enum: ["none", "if-equal", "migrate", "takeover"] },
      onConflict: { type: "string", enum: ["hold", "take"] },
      dependsOn: { type: "array", items: label },
      health: anything,
      waves: anything,
      windows: { type: "array", items: anything },
      rollout: anything,
    },
    ["repository", "path", "targets"],
  ),
  "An application: source, path, targets and policies.",
);
