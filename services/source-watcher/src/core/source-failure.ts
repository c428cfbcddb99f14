import type { Reason, ReasonCode } from "@evenkeel/words";

const byName: Readonly<Record<string, { readonly code: ReasonCode; readonly remedy: string }>> = {
  SecretMissing: { code: "SecretMissing", remedy: "mount the secret; the source goes on when it is there" },
  FleetMissing: { code: "PathMissing", remedy: "push declarations below the fleet path, or set EVENKEEL_FLEET_PATH" },
  QuotaExceeded: {
    code: "QuotaExceeded",
    remedy: "keep large files out of the paths of applications, or raise EVENKEEL_SOURCE_QUOTA or EVENKEEL_BUS_SIZE",
  },
  StoreFull: { code: "ResourceExhausted", remedy: "run the bus migration with a larger EVENKEEL_BUS_SIZE" },
  BusUnavailable: { code: "BusUnavailable", remedy: "it is tried again" },
};

/** The reason of whatever a poll threw: what is not expected keeps its text out of the condition. */
export const toFailure = (source: string, error: unknown): Reason => {
  const { name, message, reason, remedy } = error as Error & { readonly reason?: ReasonCode; readonly remedy?: string };
  if (name === "GitFailed" && reason !== undefined) return { code: reason, message, remedy: remedy ?? "" };
  const known = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (known !== undefined) return { code: known.code, message: `${source}: ${message}`, remedy: known.remedy };
  return { code: "Unexpected", message: `${source}: the look failed unexpectedly`, remedy: "the log says more" };
};
