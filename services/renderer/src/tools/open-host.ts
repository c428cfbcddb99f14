import { describeTools, openRenderHost } from "@evenkeel/render";
import type { RenderCache, RenderHost } from "@evenkeel/render";

import type { RendererConfig } from "../config.ts";

/** What the service lends the host of its renders. */
export interface LentToHost {
  readonly cache: RenderCache;
  readonly clock: RenderHost["clock"];
  readonly saltKey: string;
}

/** Opens what units are rendered with; its tools are those that this replica stands for among all. */
export type OpenHost = (config: RendererConfig, lent: LentToHost) => Promise<RenderHost>;

/** Opens a host with the programs of the configuration, each known by its binary. */
export const openHost: OpenHost = async (config, lent) => {
  const tools = await describeTools({
    ...(config.kustomize && { kustomize: config.kustomize }),
    ...(config.helm && { helm: config.helm }),
  });
  return openRenderHost({
    ...lent,
    tools,
    buildHere: config.kustomizeInProcess,
    // A chart may run twice at a time: who has a place must not wait for a turn that another's hanging program has.
    programsAtOnce: 2 * config.renders,
    ...(config.isolation && { isolation: config.isolation }),
  });
};
