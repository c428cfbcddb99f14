import { systemClock } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";
import type { RenderKind } from "@evenkeel/words";

import type { Reach, RenderCache } from "./cache/render-cache.ts";
import { memoryCache } from "./cache/render-cache.ts";
import { renderLimits } from "./limits.ts";
import type { RenderLimits } from "./limits.ts";
import type { ManifestParser } from "./parse/parser.ts";
import type { RenderEnd } from "./request.ts";
import type { Isolation, Sandbox } from "./sandbox/sandbox.ts";
import { objectMemory } from "./source/repository-view.ts";
import type { ObjectMemory } from "./source/repository-view.ts";
import type { Tools } from "./tools.ts";

/** What renders share for as long as a process lives: tools, memory, the cache, the worker that starts programs. */
export interface RenderHost extends AsyncDisposable {
  /** Behind no wall they have other digests: what they refuse then is no answer for a host that has one. */
  readonly tools: Tools;
  /** What is rendered here; what is not is refused before it is read. */
  readonly kinds: ReadonlySet<RenderKind>;
  readonly clock: Pick<Clock, "monotonic" | "sleep">;
  readonly limits: RenderLimits;
  /** From which the digests of Secrets get their salt; only for whoever renders. */
  readonly saltKey: string | undefined;
  readonly cache: RenderCache;
  readonly memory: ObjectMemory;
  readonly parser: ManifestParser;
  /** How these tools are kept off the network; undefined where none is ever started. */
  readonly isolation: Isolation | undefined;
  readonly sandbox: () => Promise<Sandbox>;
  /** Whether simple kustomizations are built without the program; off for good once the two differed. */
  readonly builds: { here: boolean };
  /** Renders under way, by key of their content: who asks for the same waits for the same. */
  readonly underWay: Map<string, Promise<{ readonly end: RenderEnd; readonly reach: Reach }>>;
}

/** What any host is opened with. */
export interface SharedOptions {
  readonly tools: Tools;
  /** Default: in memory. */
  readonly cache?: RenderCache;
  /** Default: the machine's. */
  readonly clock?: RenderHost["clock"];
  readonly limits?: Partial<RenderLimits>;
  /** A secret: digests of Secrets, which everybody may see, tell nothing without it. */
  readonly saltKey?: string;
}

/** The parts of a host that touch nothing outside of the process. */
export const sharedByRenders = (
  options: SharedOptions,
): Pick<RenderHost, "cache" | "clock" | "limits" | "memory" | "saltKey" | "underWay"> => ({
  cache: options.cache ?? memoryCache(),
  clock: options.clock ?? systemClock,
  limits: { ...renderLimits, ...options.limits },
  memory: objectMemory(),
  saltKey: options.saltKey,
  underWay: new Map(),
});
