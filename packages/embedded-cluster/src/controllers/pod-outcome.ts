import type { LiveObject, ValueMap } from "../json.ts";
import { mapAt, mapsAt, textAt, textsAt } from "../reading.ts";

/** What becomes of a pod: it runs, its image cannot be pulled, it ends well, or it ends badly. */
export type PodOutcome = "runs" | "image-missing" | "succeeds" | "fails";

const NO_REGISTRY = /^[^/]+\.invalid(?::\d+)?\//; // a name that resolves nowhere (RFC 6761)
const BAD_EXIT = /^(?:.*\/)?false$|\bexit [1-9]/;

const failsBy = (container: ValueMap): boolean =>
  [...textsAt(container, "command"), ...textsAt(container, "args")].some((word) => BAD_EXIT.test(word));

/**
 * Reads the outcome from the pod itself, so that a manifest can order it: an image of a `.invalid` registry is not found,
 * a command `false` or with `exit 1` fails, a pod that is not restarted ends well, any other runs.
 */
export const outcomeOf = (pod: LiveObject): PodOutcome => {
  const spec = mapAt(pod, "spec");
  const containers = mapsAt(spec, "containers");
  if (containers.some((container) => NO_REGISTRY.test(textAt(container, "image")))) return "image-missing";
  if (containers.some(failsBy)) return "fails";
  return textAt(spec, "restartPolicy") === "Always" ? "runs" : "succeeds";
};
