export { memoryCache } from "./cache/render-cache.ts";
export type { Reach, RenderCache } from "./cache/render-cache.ts";
export type { RenderLimits } from "./limits.ts";
export { inProcessHost } from "./in-process/in-process-host.ts";
export type { InProcessOptions } from "./in-process/in-process-host.ts";
export { readOnce } from "./in-process/read-once.ts";
export { openRenderHost } from "./open-render-host.ts";
export type { RenderHostOptions } from "./open-render-host.ts";
export type { RenderHost } from "./render-host.ts";
export type { IsolationWay } from "./sandbox/isolation.ts";
export type { Isolation } from "./sandbox/sandbox.ts";
export { readsOfRenders } from "./reads-of-render.ts";
export { render } from "./render.ts";
export type {
  EmptyDesired,
  HelmParameters,
  PlainParameters,
  Purity,
  Refused,
  Rendered,
  RenderedObject,
  RenderRefusalCode,
  RenderRequest,
  RenderResult,
  RenderSpec,
  WhyEmpty,
} from "./request.ts";
export { ObjectTooLarge } from "./source/object-source.ts";
export type { ObjectSource, TreeEntry } from "./source/object-source.ts";
export { describeTools } from "./tools.ts";
export type { Tool, Tools } from "./tools.ts";
