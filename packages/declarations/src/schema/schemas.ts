import { applicationSchema } from "./application-schema.ts";
import { clusterSchema } from "./cluster-schema.ts";
import type { Schema } from "./fragments.ts";
import { repositorySchema } from "./repository-schema.ts";
import { alertSchema, approvalSchema, overrideSchema } from "./temporary-schemas.ts";

/** The kinds a fleet repository may hold. */
export type DeclarationKind = "Repository" | "Cluster" | "Application" | "Override" | "Approval" | "Alert";

/** The JSON Schema of each kind: what the validator checks and what editors complete from. */
export const schemas: Readonly<Record<DeclarationKind, Schema>> = {
  Repository: repositorySchema,
  Cluster: clusterSchema,
  Application: applicationSchema,
  Override: overrideSchema,
  Approval: approvalSchema,
  Alert: alertSchema,
};

export const isDeclarationKind = (kind: unknown): kind is DeclarationKind =>
  typeof kind === "string" && Object.hasOwn(schemas, kind);

interface NotYet {
  readonly kind: DeclarationKind;
  readonly path: readonly string[];
  /** Only these values are refused; all, where absent. */
  readonly values?: readonly string[];
  readonly instead: string;
}

/** Part of the schema, not yet acted on: refused, so that nobody relies on what does not happen. */
export const notYet: readonly NotYet[] = [
  { kind: "Alert", path: [], instead: "read conditions with `evenkeel get` for now" },
  { kind: "Repository", path: ["spec", "verify"], instead: "protect the branch at the Git host" },
  { kind: "Repository", path: ["spec", "ref", "semver"], instead: "follow a branch or a tag" },
  {
    kind: "Cluster",
    path: ["spec", "connection", "spoke"],
    instead: "connect by context, kubeconfigSecretRef or inCluster",
  },
  { kind: "Application", path: ["spec", "render", "kustomize"], instead: "write an overlay in the repository" },
  { kind: "Application", path: ["spec", "render", "substitute"], instead: "write an overlay in the repository" },
  { kind: "Application", path: ["spec", "dependsOn"], instead: "order is by kind inside one application" },
  { kind: "Application", path: ["spec", "health"], instead: "the built-in health rules are used" },
  { kind: "Application", path: ["spec", "waves"], instead: "order is by kind inside one application" },
  { kind: "Application", path: ["spec", "windows"], instead: "merge when it should go live" },
  { kind: "Application", path: ["spec", "rollout"], instead: "order clusters by separate applications" },
  {
    kind: "Override",
    path: ["spec", "what"],
    values: ["suspend", "detectOnly", "pin"],
    instead: "name the commit that is to stay in spec.ref.commit of the Repository",
  },
];
