import { availableParallelism } from "node:os";

import type { Reach, RenderCache } from "./cache/render-cache.ts";
import { memoryCache } from "./cache/render-cache.ts";
import { renderLimits } from "./limits.ts";
import type { RenderLimits } from "./limits.ts";
import { parserPool } from "./parse/parser-pool.ts";
import type { ManifestParser } from "./parse/parser.ts";
import type { IsolationWay } from "./sandbox/isolation.ts";
import { openSandbox } from "./sandbox/sandbox.ts";
import type { Isolation, Sandbox } from "./sandbox/sandbox.ts";
import { objectMemory } from "./source/repository-view.ts";
import type { ObjectMemory } from "./source/repository-view.ts";
import type { Tools } from "./tools.ts";
import type { RenderEnd } from "./request.ts";

/** What renders share for as long as a process lives: tools, memory, the cache, the worker that starts programs. */
export interface RenderHost extends AsyncDisposable {
  /** Behind no wall they have other digests: what they refuse then is no answer for a host that has one. */
  readonly tools: Tools;
  readonly limits: RenderLimits;
  /** From which the digests of Secrets get their salt; only for whoever renders. */
  readonly saltKey: string | undefined;
  readonly cache: RenderCache;
  readonly memory: ObjectMemory;
  readonly parser: ManifestParser;
  /** How these tools are kept off the network. */
  readonly isolation: Isolation;
  readonly sandbox: () => Promise<Sandbox>;
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
  /** A secret: digests of Secrets, which everybody may see, tell nothing without it. */
  readonly saltKey?: string;
  /** Programs that run at a time; by default two a core. */
  readonly programsAtOnce?: number;
  /** Build simple kustomizations without the program; default true. */
  readonly buildHere?: boolean;
  /** How tools may be kept off the network, as far as this machine has it; default: every way. */
  readonly isolation?: readonly IsolationWay[];
}

/** Opens what renders share, the walls around its tools proved; disposing it ends every program that still runs for it. */
export const openRenderHost = async (options: RenderHostOptions): Promise<RenderHost> => {
  const limits = { ...renderLimits, ...options.limits };
  const parser = parserPool({ threads: availableParallelism(), smallBytes: 64 * 1024, deadlineMs: limits.parseMs });
  let opened: Promise<Sandbox> | undefined;
  const sandbox = (): Promise<Sandbox> =>
    (opened ??= openSandbox(limits, options.isolation ?? ["namespace", "socket filter"], options.programsAtOnce));
  const hasTools = Object.keys(options.tools).length > 0;
  const isolation = hasTools ? (await sandbox()).isolation : NO_TOOLS;
  return {
    tools: hasTools && isolation.ways.length === 0 ? openTools(options.tools) : options.tools,
    isolation,
    limits,
    saltKey: options.saltKey,
    cache: options.cache ?? memoryCache(),
    memory: objectMemory(),
    parser,
    sandbox,
    builds: { here: options.buildHere !== false },
    underWay: new Map(),
    [Symbol.asyncDispose]: async () => {
      await parser[Symbol.asyncDispose]();
      await (await opened?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
};

const NO_TOOLS: Isolation = { ways: [], failed: [] };

const openTools = (tools: Tools): Tools =>
  Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, { ...tool, digest: `${tool.digest}-open` }]));
