import { GitFailed } from "@evenkeel/git";

import type { Deps } from "../deps.ts";
import type { Watched } from "../accept/load-offer.ts";

// What a host itself serves damaged stays damaged: begun again at each look it would only be read whole each time.
const EVERY_MS = 3_600_000;

/** Begins a source's store again where its content is damaged: it is a cache. At most once an hour; logs and never throws. */
export const renewDamaged = async (
  { clock, telemetry }: Deps,
  { source, memory, store }: Watched,
  error: unknown,
  signal: AbortSignal,
): Promise<void> => {
  if (!(error instanceof GitFailed) || error.reason !== "ObjectCorrupt") return;
  const now = clock.monotonic();
  if (memory.renewedAtMs !== undefined && now - memory.renewedAtMs < EVERY_MS) return;
  memory.renewedAtMs = now;
  memory.read = undefined;
  telemetry.log.warn("git store is made again", { repository: source.id, error });
  try {
    await (await store(signal)).renew(signal);
  } catch (cause) {
    if (!signal.aborted) telemetry.log.warn("git store cannot be made again", { repository: source.id, error: cause });
  }
};
