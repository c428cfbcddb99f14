import type { StoreLevel } from "@evenkeel/bus";
import type { Reason } from "@evenkeel/contracts";

/** From here on there is time left to act. */
const ALARM_AT = 0.7;

/** What happens when a store is full, and what makes room: where nothing is said, new keys and subjects are refused. */
const atTheEnd: Readonly<Record<string, { readonly whenFull: string; readonly remedy: string }>> = {
  ...Object.fromEntries(
    ["PLANS", "DRIFT", "APPLIED", "HEALTH"].map((store) => [
      store,
      { whenFull: "its oldest messages give way", remedy: "nothing, unless more history is wanted" },
    ]),
  ),
  // Its writer seals and exports from 60 % on: what is above that could not be.
  LEDGER: {
    whenFull: "nothing is applied any more",
    remedy: "mend what the applier's log says of rotating it (EVENKEEL_LEDGER_EXPORT_DIR)",
  },
  blobs: {
    whenFull: "sources are refused",
    remedy: "let go of repositories: what nothing points to is collected within the hour",
  },
};
const otherwise = { whenFull: "what is new is refused", remedy: "nothing else makes room" };

type Level = Pick<StoreLevel, "store" | "bytes" | "maxBytes">;

export const fillOf = ({ bytes, maxBytes }: Pick<Level, "bytes" | "maxBytes">): number =>
  maxBytes <= 0 ? 0 : bytes / maxBytes;

const inMiB = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

/** A warning for each store that is nearly full; stores whose old content gives way are full all the time. */
export const storeWarnings = (levels: readonly Level[]): readonly Reason[] =>
  levels
    .filter((level) => fillOf(level) >= ALARM_AT && atTheEnd[level.store]?.whenFull !== "its oldest messages give way")
    .map((level) => {
      const { whenFull, remedy } = atTheEnd[level.store] ?? otherwise;
      const [percent, most] = [Math.floor(fillOf(level) * 100), inMiB(level.maxBytes)];
      return {
        code: "ResourceExhausted",
        message: `${level.store} of the bus is ${percent} % full (${inMiB(level.bytes)} of ${most} MiB); when it is full, ${whenFull}`,
        remedy: `${remedy}; or give all stores more room by the migration with EVENKEEL_BUS_SIZE`,
      };
    });
