import { openRenderHost } from "../open-render-host.ts";
import type { RenderHostOptions } from "../open-render-host.ts";
import type { RenderHost } from "../render-host.ts";
import { render } from "../render.ts";
import type { RenderResult, RenderSpec } from "../request.ts";
import { gitTrees } from "./git-tree.ts";
import type { Content, GitTrees } from "./git-tree.ts";

export type Files = { readonly [path: string]: Content };

/** A repository and a host for the tests of one file. */
export interface HostedTrees extends AsyncDisposable {
  readonly git: GitTrees;
  readonly host: RenderHost;
  /** Renders `app` (or `path`) of a tree of these files; by its kind, if none is given. */
  readonly build: (files: Files, options?: BuildOptions) => Promise<RenderResult>;
}

export interface BuildOptions {
  readonly path?: string;
  readonly spec?: Partial<RenderSpec>;
  readonly host?: RenderHost;
  readonly signal?: AbortSignal;
}

export const hostedTrees = async (options: RenderHostOptions): Promise<HostedTrees> => {
  const git = gitTrees();
  const host = await openRenderHost(options);
  return {
    git,
    host,
    build: (files, { path = "app", spec, host: other = host, signal = AbortSignal.timeout(60_000) } = {}) =>
      render({ tree: git.write(files), path, spec: { kind: "auto", ...spec } }, git.source, other, signal),
    [Symbol.asyncDispose]: async () => {
      git[Symbol.dispose]();
      await host[Symbol.asyncDispose]();
    },
  };
};
