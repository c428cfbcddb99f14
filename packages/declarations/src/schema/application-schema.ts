import {
  adoptPolicies,
  conflictPolicies,
  driftPolicies,
  fightPolicies,
  recreatePolicies,
  renderKinds,
} from "@evenkeel/words";

import { closed, documentOf, flag, label, labelSelector, stringMap, text } from "./fragments.ts";
import type { Schema } from "./fragments.ts";

const texts: Schema = { type: "array", items: text };
const anything: Schema = { type: "object", additionalProperties: true };

/** Which objects a rule is about. */
const objectSelector = closed(
  {
    group: { type: "string", description: "API group; the core group is the empty text." },
    kind: { ...text, description: "Kind." },
    namespace: { ...text, description: "Namespace." },
    name: { ...text, description: "Name." },
  },
  [],
  "Objects it is about; what is not named matches all.",
);

/** As drift shows it (`parsePath` of packages/apply reads it): what has dots or slashes in its name stands in quotes. */
const fieldPath: Schema = {
  type: "string",
  pattern:
    '^[^.\\[\\]"/$\\s][^.\\[\\]"/]*(?:\\.[^.\\[\\]"/]+|\\["(?:[^"\\\\]|\\\\.)*"\\]|\\[[^\\]"=,*]+=[^\\]",]*(?:,[^\\]"=,*]+=[^\\]",]*)*\\])*$',
  expects:
    'a path of fields, such as spec.replicas, spec.template.spec.containers[name=web].image or metadata.annotations["example.com/owner"]',
  maxLength: 4096,
};

const path: Schema = {
  type: "string",
  // No absolute path, drive letter, parent step, backslash or control character.
  pattern: "^(?!/)(?![A-Za-z]:)(?!.*(?:^|/)\\.\\.(?:/|$))[^\\\\\\u0000-\\u001f\\u007f]+$",
  expects: 'a path inside the repository, such as "apps/web" or "."',
  maxLength: 4096,
};

const render = closed(
  {
    kind: {
      type: "string",
      enum: ["auto", ...renderKinds],
      description: "auto: helm where Chart.yaml is, kustomize where a kustomization file is, else plain; default auto.",
    },
    plain: closed(
      {
        recurse: { ...flag, description: "Folders below, too; default true." },
        include: { ...texts, description: "Only files that match one of these globs; default all YAML and JSON." },
        exclude: { ...texts, description: "No file that matches one of these globs." },
        dialect: {
          type: "string",
          enum: ["kustomize", "api"],
          description: "How YAML is read: as kustomize does, or as the API server does; default kustomize.",
        },
      },
      [],
      "Plain manifests.",
    ),
    kustomize: { ...anything, description: "Changes on top of a kustomization." },
    helm: closed(
      {
        releaseName: { ...label, description: "Release.Name; default the application's name." },
        namespace: { ...label, description: "Release.Namespace; default the application's namespace, else default." },
        valuesFiles: { type: "array", items: path, description: "Values files of the repository, later ones win." },
        values: { ...anything, description: "Values on top of the files." },
        kubeVersion: {
          type: "string",
          pattern: "^v?[0-9]+\\.[0-9]+(?:\\.[0-9]+)?$",
          expects: 'a version such as "1.36"',
          description: "Capabilities.KubeVersion; default that of the helm program.",
        },
        apiVersions: { ...texts, description: "More Capabilities.APIVersions." },
        includeCRDs: { ...flag, description: "The folder crds of the chart, too; default true." },
      },
      [],
      "A Helm chart.",
    ),
    substitute: { ...stringMap, description: "Variables that are replaced in what is rendered." },
  },
  [],
  "How manifests are made of the path.",
);

/** What is deployed: a path of a repository, rendered, on the clusters that a selector names. */
export const applicationSchema = documentOf(
  "Application",
  closed(
    {
      id: { ...label, description: "Stable identity across a rename; default: the name." },
      repository: { ...label, description: "Name of a Repository." },
      path: { ...path, description: "Folder of the repository; . is its root." },
      render,
      targets: closed({ clusterSelector: labelSelector }, ["clusterSelector"], "Clusters it is deployed to."),
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
      prune: closed(
        {
          enabled: { ...flag, description: "Objects that left Git are deleted, with proof; default true." },
          allowEmpty: { ...flag, description: "A render without any object prunes all of them; default false." },
          graceSeconds: {
            type: "integer",
            minimum: 0,
            maximum: 86_400,
            description: "So long an object must have left Git; default 60.",
          },
        },
        [],
        "What becomes of objects that leave Git.",
      ),
      deletionPolicy: {
        type: "string",
        enum: ["orphan", "delete"],
        description: "What becomes of its objects when the Application is removed; default orphan: they stay.",
      },
      drift: {
        type: "string",
        enum: [...driftPolicies],
        description:
          "What is done about changes by others: put back, told, or told and the unit takes no correction; default correct.",
      },
      onFight: {
        type: "string",
        enum: [...fightPolicies],
        description:
          "A field that another manager keeps writing: put back at a falling rate, or given up; default correct.",
      },
      ignore: {
        type: "array",
        items: closed(
          {
            selector: objectSelector,
            paths: { type: "array", items: fieldPath, minItems: 1, description: "Fields, such as spec.replicas." },
            mode: {
              type: "string",
              enum: ["ignore", "create-only"],
              description: "Never written, or written only when the object is made; default ignore.",
            },
          },
          ["paths"],
        ),
        description: "Fields that are left to others.",
      },
      whenGone: {
        type: "array",
        items: closed(
          {
            selector: objectSelector,
            mode: {
              type: "string",
              enum: ["done", "restore"],
              description: "An object that is gone has ended by itself, or is made again.",
            },
          },
          ["mode"],
        ),
        description: "Objects whose absence is no drift, and the contrary; what the kind itself says comes after.",
      },
      recreate: {
        type: "string",
        enum: [...recreatePolicies],
        description: "Whether an object whose immutable field changed is deleted and made again; default job-only.",
      },
      adopt: {
        type: "string",
        enum: [...adoptPolicies],
        description:
          "Whether objects that are there already become its own; default none. if-equal: if nothing of them changes. migrate: with all fields of kubectl and the like; what Git does not name goes. takeover: from other engines and managers too.",
      },
      onConflict: {
        type: "string",
        enum: [...conflictPolicies],
        description: "What is done about a field that another manager owns; default hold.",
      },
      dependsOn: { type: "array", items: label, description: "Applications that must be healthy before." },
      health: { ...anything, description: "Rules of health for its kinds." },
      waves: { ...anything, description: "Order of its objects." },
      windows: { type: "array", items: anything, description: "Times at which it may change." },
      rollout: { ...anything, description: "Order of its clusters." },
    },
    ["repository", "path", "targets"],
  ),
  "An application: source, path, targets and policies.",
);
