import type { DetectorDeps } from "../deps.ts";
import type { Send } from "./run-effects.ts";
import type { TrackedUnit } from "./tracked.ts";

/** Reads what the unit's declarations say, once they are others; `onRead` is told when the policy is there. */
export const policyReader =
  ({ log, policyOf }: Pick<DetectorDeps, "log" | "policyOf">, send: Send, onRead: (unit: TrackedUnit) => void) =>
  (unit: TrackedUnit, signal: AbortSignal): void => {
    const {
      desired,
      unit: { app },
    } = unit;
    if (desired === undefined || desired.declarationsDigest === unit.policyFrom) return;
    const { declarationsDigest } = desired;
    unit.policyFrom = declarationsDigest;
    for (const tracked of unit.objects.values()) send(tracked, { kind: "redeclared" });
    policyOf(app, declarationsDigest, signal).then(
      (policy) => {
        if (policy !== undefined) unit.policy = policy;
        onRead(unit);
      },
      (error: unknown) => {
        unit.policyFrom = ""; // read again when the unit is touched
        if (!signal.aborted) log.warn("declarations could not be read", { app, error });
      },
    );
  };
