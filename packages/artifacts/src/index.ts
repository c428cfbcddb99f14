export { anyBody, declarationSet, gitObject, renderedSet } from "./body-keys.ts";
export { readDeclarations, readRendered } from "./read-sets.ts";
export type { RenderedObject } from "./read-sets.ts";
export { ContentMismatch, openArtifacts } from "./open-artifacts.ts";
export type { Artifacts, ArtifactsOptions } from "./open-artifacts.ts";
export { keepSweeping } from "./keep-sweeping.ts";
export { sweepBodies } from "./sweep.ts";
export type { Sweep, Unneeded } from "./sweep.ts";
