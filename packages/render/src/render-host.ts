import { availableParallelism } from "node:os";

import type { Reach, RenderCache } from "./cache/render-cache.ts";
import { memoryCache } from "./cache/render-cache.ts";
import { renderLimits } from "./limits.ts";
import type { RenderLimits } from "./limits.ts";
import { parserPool } from "./parse/parser-pool.ts";
import type { ManifestParser } from "./parse/parser.ts";
import { openSandbox } from "./sandbox/sandbox.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { objectMemory } from "./source/repository-view.ts";
import type { ObjectMemory } from "./source/repository-view.ts";
import type { Tools } from "./tools.ts";
import type { RenderEnd } from "./request.ts";

/** What renders share for as long as a process lives: tools, memory, the cache, the worker that starts programs. */
export interface RenderHost extends AsyncDisposable {
  readonly tools: Tools;
  readonly limits: RenderLimits;
  readonly cache: RenderCache;
  readonly memory: ObjectMemory;
  readonly parser: ManifestParser;
  /** Where tools run; opened by the first that needs it. */
  readonly sandbox: () => Sandbox;
  /** Whether simple kustomizations are built without the program; off for good once the two differed. */
  readonly builds: { here: boolean };
  /** Renders under way, by key of their content: who asks for the same waits for the same. */
  readonly underWay: Map<string, Promise<{ readonly end: RenderEnd; readonly reach: Reach }>>;
}

export interface RenderHostOptions {
  readonly tools: Tools;
  /** Default: in memory. */
  readonly cache?: RenderCache;
  readonly limits?: Partial<RenderLimits>;
  /** Build simple kustomizations without the program; default true. */
  readonly buildHere?: boolean;
}

/** Opens what renders share; disposing it ends every program that still runs for it. */
export const openRenderHost = async (options: RenderHostOptions): Promise<RenderHost> => {
  const limits = { ...renderLimits, ...options.limits };
  const parser = parserPool({ threads: availableParallelism(), smallBytes: 64 * 1024, deadlineMs: limits.parseMs });
  let sandbox: Sandbox | undefined;
  return {
    tools: options.tools,
    limits,
    cache: options.cache ?? memoryCache(),
    memory: objectMemory(),
    parser,
    sandbox: () => (sandbox ??= openSandbox(limits)),
    builds: { here: options.buildHere !== false },
    underWay: new Map(),
    [Symbol.asyncDispose]: async () => {
      await parser[Symbol.asyncDispose]();
      await sandbox?.[Symbol.asyncDispose]();
    },
  };
};
