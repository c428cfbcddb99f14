/** How an application's path is rendered. */
export const renderKinds = ["plain", "kustomize", "helm"] as const;
export type RenderKind = (typeof renderKinds)[number];

/** Who signs a push event, and so how. */
export const webhookKinds = ["github", "gitlab", "gitea", "generic"] as const;
export type WebhookKind = (typeof webhookKinds)[number];

/** Scope of a kind, as a cluster serves it. */
export type Scope = "namespaced" | "cluster";
