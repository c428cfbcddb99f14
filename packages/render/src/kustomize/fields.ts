/** How a field of a kustomization names files. */
export type FieldUse =
  /** By no file. */
  | "data"
  /** A list of files of manifests, or directories with a kustomization. */
  | "resources"
  /** A list of directories with a kustomization. */
  | "directories"
  /** A list of YAML files. */
  | "yaml-files"
  /** A list of files, directories or inline text that configures built-in plugins. */
  | "plugins"
  /** A list of YAML files or inline YAML. */
  | "files-or-text"
  /** A list of maps whose `path` is a YAML file. */
  | "paths-in-maps"
  /** A list of maps with `files`, `envs` and `env`. */
  | "generators"
  /** A map whose `path` is a YAML file. */
  | "path-in-map"
  /** Runs or fetches something: never. */
  | "off";

/** Every field of a kustomization that kustomize 5.8 knows. */
export const FIELDS = {
  apiVersion: "data",
  kind: "data",
  metadata: "data",
  namePrefix: "data",
  nameSuffix: "data",
  namespace: "data",
  commonLabels: "data",
  labels: "data",
  commonAnnotations: "data",
  images: "data",
  imageTags: "data",
  replicas: "data",
  vars: "data",
  sortOptions: "data",
  generatorOptions: "data",
  buildMetadata: "data",
  resources: "resources",
  bases: "resources",
  components: "directories",
  crds: "yaml-files",
  configurations: "yaml-files",
  generators: "plugins",
  transformers: "plugins",
  validators: "plugins",
  patchesStrategicMerge: "files-or-text",
  patches: "paths-in-maps",
  patchesJson6902: "paths-in-maps",
  replacements: "paths-in-maps",
  configMapGenerator: "generators",
  secretGenerator: "generators",
  openapi: "path-in-map",
  helmGlobals: "off",
  helmCharts: "off",
  helmChartInflationGenerator: "off",
} as const satisfies { readonly [field: string]: FieldUse };

/** Taken, but on their way out of kustomize. */
export const DEPRECATED: { readonly [field: string]: string } = {
  bases: "write resources instead",
  vars: "write replacements instead",
};

/** The plugins that are part of kustomize; every other one would be a program. */
export const BUILTIN_PLUGINS: ReadonlySet<string> = new Set([
  "AnnotationsTransformer",
  "ConfigMapGenerator",
  "HashTransformer",
  "IAMPolicyGenerator",
  "ImageTagTransformer",
  "LabelTransformer",
  "LegacyOrderTransformer",
  "NamespaceTransformer",
  "PatchJson6902Transformer",
  "PatchStrategicMergeTransformer",
  "PatchTransformer",
  "PrefixSuffixTransformer",
  "PrefixTransformer",
  "ReplacementTransformer",
  "ReplicaCountTransformer",
  "SecretGenerator",
  "SortOrderTransformer",
  "SuffixTransformer",
  "ValueAddTransformer",
]);

/** Fields at any depth whose text, or list of texts, names files. */
export const FILE_FIELDS: ReadonlySet<string> = new Set(["path", "paths", "files", "envs", "env"]);

/** Maps of an author's own names, and places in objects: nothing in them names a file. */
export const FREE_FIELDS: ReadonlySet<string> = new Set([
  "metadata",
  "labels",
  "annotations",
  "commonLabels",
  "commonAnnotations",
  "fieldSpecs",
]);
