import type { Artifacts } from "@evenkeel/artifacts";
import type { Bus } from "@evenkeel/bus";
import { buckets } from "@evenkeel/contracts";
import { memoryCache } from "@evenkeel/render";
import type { RenderCache } from "@evenkeel/render";
import type { Logger } from "@evenkeel/telemetry";

// About 2 KiB an application; of those beyond, what a program rendered is asked of the store again.
const MOST_BYTES = 16 * 1024 * 1024;

/** The package names what one input read `closure.<hex>`. */
const closureKey = (name: string): { readonly hex: string } | undefined =>
  name.startsWith("closure.") ? { hex: name.slice("closure.".length) } : undefined;

/**
 * Where renders are remembered: what has the name of its content among the artifacts, what is overwritten (`closure.`)
 * in the bucket itself, and what is not worth that in memory alone. A set is stored before `put` resolves, as a fact
 * will point to it; the rest only saves a render and is stored behind the answer's back. A closure that another renderer
 * has replaced since is found to be stale.
 */
export const renderCache = (bus: Bus, artifacts: Artifacts, log: Logger): RenderCache => {
  const closures = bus.ownState(buckets.inputClosure);
  const near = memoryCache(MOST_BYTES);
  const behind = (key: string, storing: Promise<unknown>): void =>
    void storing.catch((error: unknown) => log.debug("render is not remembered", { key, error }));
  return {
    get: async (key, reach, signal) => {
      const known = await near.get(key, "near", signal);
      if (known !== undefined || reach === "near") return known;
      const closure = closureKey(key);
      if (closure === undefined) return artifacts.get(key, signal);
      const body = (await closures.get(closure, signal))?.value;
      if (body !== undefined) await near.put(key, body, "near", signal);
      return body;
    },
    put: async (key, body, reach, signal) => {
      if (key.startsWith("set.")) return artifacts.put(key, body, signal);
      const known = await near.get(key, "near", signal);
      if (known !== undefined && Buffer.compare(known, body) === 0) return;
      await near.put(key, body, "near", signal);
      if (reach === "near") return;
      const closure = closureKey(key);
      behind(key, closure === undefined ? artifacts.put(key, body) : closures.put(closure, body));
    },
  };
};
