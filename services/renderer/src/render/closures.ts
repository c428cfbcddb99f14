import type { Bus } from "@evenkeel/bus";
import { buckets } from "@evenkeel/contracts";

import type { DeclaredUnit } from "../core/plan/renders-to-request.ts";
import type { Closure } from "../core/plan/touches.ts";
import type { Units } from "../plan/watch-units.ts";

/** What the last render of each application read. Written by the worker before its answer, read by the planner. */
export interface Closures {
  /** Closures of these units' applications by name; what was loaded for an answer is not loaded twice. */
  load(source: string, declared: readonly DeclaredUnit[], signal: AbortSignal): Promise<ReadonlyMap<string, Closure>>;
  store(source: string, app: string, closure: Closure, signal: AbortSignal): Promise<void>;
}

const nameOf = (source: string, app: string): string => `${source}/${app}`;

const decode = (bytes: Uint8Array): Closure => JSON.parse(new TextDecoder().decode(bytes)) as Closure;

const AT_ONCE = 64;

/** The key of a closure is an application, not a content: so it is read through the leader and never out of a cache. */
export const openClosures = (bus: Bus, units: Units): Closures => {
  const closures = bus.ownState(buckets.appClosure);
  const loaded = new Map<string, { readonly seq: bigint; readonly closure: Closure | undefined }>();
  const stored = new Map<string, string>();

  const load = async (source: string, app: string, seq: bigint, signal: AbortSignal): Promise<void> => {
    const entry = await closures.get({ source, app }, signal);
    loaded.set(nameOf(source, app), { seq, closure: entry?.value === undefined ? undefined : decode(entry.value) });
  };
  return {
    load: async (source, declared, signal) => {
      const wanted = new Map<string, bigint>();
      for (const { unit } of declared) {
        const seq = units.memory(unit).answered?.seq ?? 0n;
        if (seq > (wanted.get(unit.app) ?? 0n)) wanted.set(unit.app, seq);
      }
      const stale = [...wanted].filter(([app, seq]) => loaded.get(nameOf(source, app))?.seq !== seq);
      for (let at = 0; at < stale.length; at += AT_ONCE) {
        await Promise.all(stale.slice(at, at + AT_ONCE).map(([app, seq]) => load(source, app, seq, signal)));
      }
      const found = new Map<string, Closure>();
      for (const app of wanted.keys()) {
        const closure = loaded.get(nameOf(source, app))?.closure;
        if (closure !== undefined) found.set(app, closure);
      }
      return found;
    },
    store: async (source, app, closure, signal) => {
      const name = nameOf(source, app);
      const text = JSON.stringify(closure);
      if (stored.get(name) === text) return;
      await closures.put({ source, app }, new TextEncoder().encode(text), signal);
      stored.set(name, text);
    },
  };
};
