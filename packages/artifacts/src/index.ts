export { ContentMismatch, openArtifacts } from "./open-artifacts.ts";
export type { Artifacts, ArtifactsOptions } from "./open-artifacts.ts";
