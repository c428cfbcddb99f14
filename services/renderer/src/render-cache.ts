import type { Artifacts } from "@evenkeel/artifacts";
import type { Bus } from "@evenkeel/bus";
import type { RenderCache } from "@evenkeel/render";
import type { Logger } from "@evenkeel/telemetry";

// Some tens of bytes a directory; of the applications beyond these the store is asked again.
const MOST_CLOSURES = 20_000;

/**
 * Where renders are remembered: what has the name of its content among the artifacts, what is overwritten (`closure.`)
 * in the bucket itself. A set is stored before `put` resolves, as a fact will point to it; the rest only saves a render
 * and is stored behind the answer's back. A closure that another renderer has replaced since is found to be stale.
 */
export const renderCache = (bus: Bus, artifacts: Artifacts, log: Logger): RenderCache => {
  const blobs = bus.bytes("blobs");
  const closures = new Map<string, Uint8Array>();
  const keep = (key: string, body: Uint8Array): void => {
    closures.delete(key);
    closures.set(key, body);
    for (const oldest of closures.keys()) {
      if (closures.size <= MOST_CLOSURES) break;
      closures.delete(oldest);
    }
  };
  const behind = (key: string, storing: Promise<unknown>): void =>
    void storing.catch((error: unknown) => log.debug("render is not remembered", { key, error }));
  return {
    get: async (key, signal) => {
      if (!key.startsWith("closure.")) return artifacts.get(key, signal);
      const known = closures.get(key);
      if (known !== undefined) return known;
      const body = (await blobs.get(`render.${key}`, signal))?.value;
      if (body !== undefined) keep(key, body);
      return body;
    },
    put: async (key, body, signal) => {
      if (key.startsWith("set.")) return artifacts.put(key, body, signal);
      if (!key.startsWith("closure.")) return behind(key, artifacts.put(key, body));
      const known = closures.get(key);
      if (known !== undefined && Buffer.compare(known, body) === 0) return;
      keep(key, body);
      behind(key, blobs.put(`render.${key}`, body));
    },
  };
};
