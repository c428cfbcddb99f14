/** How an application's path is rendered. */
export type RenderKind = "plain" | "kustomize" | "helm";

/** Who signs a push event, and so how. */
export type WebhookKind = "github" | "gitlab" | "gitea" | "generic";

/** Scope of a kind, as a cluster serves it. */
export type Scope = "namespaced" | "cluster";
