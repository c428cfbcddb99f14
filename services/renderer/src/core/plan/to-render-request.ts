import type { Application } from "@evenkeel/declarations";
import type { RenderRequest } from "@evenkeel/render";

/** What the renderer is asked for an application at a tree; nothing of the cluster, so all its units share one render. */
export const toRenderRequest = (application: Application, tree: string): RenderRequest => {
  const { path, render, repository } = application.spec;
  return { tree, path, spec: render, scope: repository };
};
