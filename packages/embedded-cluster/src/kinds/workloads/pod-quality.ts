import type { ValueMap } from "../../json.ts";
import { mapAt, mapIn, mapsAt } from "../../reading.ts";

const COUNTED = ["cpu", "memory"];

/** Guaranteed when each container has cpu and memory limits equal to its requests, BestEffort when none asks anything, else Burstable. */
export const qualityOfService = (spec: ValueMap): string => {
  const containers = [...mapsAt(spec, "containers"), ...mapsAt(spec, "initContainers")];
  const asks = (container: ValueMap, kind: string): ValueMap =>
    Object.fromEntries(
      Object.entries(mapIn(container, "resources", kind) ?? {}).filter(
        ([name, amount]) => COUNTED.includes(name) && typeof amount === "string" && /[1-9]/.test(amount),
      ),
    );
  const own = mapAt(spec, "resources");
  const all = (own === undefined ? containers : [{ resources: own }]).map((container) => ({
    limits: asks(container, "limits"),
    requests: asks(container, "requests"),
  }));
  if (all.every(({ limits, requests }) => Object.keys(limits).length + Object.keys(requests).length === 0))
    return "BestEffort";
  const guaranteed = all.every(({ limits, requests }) =>
    COUNTED.every((name) => limits[name] !== undefined && (requests[name] ?? limits[name]) === limits[name]),
  );
  return guaranteed ? "Guaranteed" : "Burstable";
};
