import { availableParallelism } from "node:os";

import { parserPool } from "./parse/parser-pool.ts";
import { sharedByRenders } from "./render-host.ts";
import type { RenderHost, SharedOptions } from "./render-host.ts";
import { allKinds } from "./resolve.ts";
import type { IsolationWay } from "./sandbox/isolation.ts";
import { openSandbox } from "./sandbox/sandbox.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import type { Tools } from "./tools.ts";

export interface RenderHostOptions extends SharedOptions {
  /** Programs that run at a time; by default two a core. */
  readonly programsAtOnce?: number;
  /** Build simple kustomizations without the program; default true. */
  readonly buildHere?: boolean;
  /** How tools may be kept off the network, as far as this machine has it; default: every way. */
  readonly isolation?: readonly IsolationWay[];
}

/** Opens what renders share, the walls around its tools proved; disposing it ends every program that still runs for it. */
export const openRenderHost = async (options: RenderHostOptions): Promise<RenderHost> => {
  const shared = sharedByRenders(options);
  const { limits } = shared;
  const parser = parserPool({ threads: availableParallelism(), smallBytes: 64 * 1024, deadlineMs: limits.parseMs });
  let opened: Promise<Sandbox> | undefined;
  const sandbox = (): Promise<Sandbox> =>
    (opened ??= openSandbox(limits, options.isolation ?? ["namespace", "socket filter"], options.programsAtOnce));
  const hasTools = Object.keys(options.tools).length > 0;
  const isolation = hasTools ? (await sandbox()).isolation : undefined;
  return {
    ...shared,
    tools: isolation?.ways.length === 0 ? openTools(options.tools) : options.tools,
    kinds: allKinds,
    isolation,
    parser,
    sandbox,
    builds: { here: options.buildHere !== false },
    [Symbol.asyncDispose]: async () => {
      await parser[Symbol.asyncDispose]();
      await (await opened?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
};

const openTools = (tools: Tools): Tools =>
  Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, { ...tool, digest: `${tool.digest}-open` }]));
