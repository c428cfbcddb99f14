import type { Artifacts } from "@evenkeel/artifacts";
import type { Bus } from "@evenkeel/bus";
import type { RenderCache } from "@evenkeel/render";

// Some tens of bytes a directory; of the applications beyond these the store is asked again.
const MOST_CLOSURES = 20_000;

/**
 * Where renders are remembered: what has the name of its content among the artifacts, what is overwritten (`closure.`)
 * in the bucket itself. An entry that another renderer has replaced meanwhile costs a render and is never a wrong one.
 */
export const renderCache = (bus: Bus, artifacts: Artifacts): RenderCache => {
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
      if (!key.startsWith("closure.")) return artifacts.put(key, body, signal);
      const known = closures.get(key);
      if (known !== undefined && Buffer.compare(known, body) === 0) return;
      await blobs.put(`render.${key}`, body, signal);
      keep(key, body);
    },
  };
};
