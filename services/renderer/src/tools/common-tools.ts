import type { Bus, ShardCapability } from "@evenkeel/bus";
import type { ToolSet } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";
import type { Logger } from "@evenkeel/telemetry";

import { numberTools } from "./number-tools.ts";

export interface CommonToolsDeps {
  readonly bus: Bus;
  readonly clock: Pick<Clock, "monotonic">;
  readonly log: Logger;
  /** Digest of the tools of this process. */
  readonly mine: string;
  /** The numbered set of tools. */
  readonly numbered: () => ToolSet | undefined;
}

/** A renderer that has just begun has not announced its tools yet: so long nobody must have the numbered ones. */
const PATIENCE_MS = 4_000;
/** Asked at least each second: after a longer gap the time counts anew. */
const GAP_MS = 3_000;

const nameOf = (digest: string): string => `tools:${digest}`;

/**
 * Renderers with the numbered set of tools share all shards; one with another set takes none and waits until no live
 * renderer has the numbered one: then its own is numbered. Nothing is rendered twice with different tools, nor half.
 */
export const commonTools = (
  { bus, clock, log, mine, numbered }: CommonToolsDeps,
  signal: AbortSignal,
): ShardCapability => {
  let numbering: Promise<void> | undefined;
  let told = "";
  let nobody = { since: 0, lastAt: -Infinity };
  const number = (): Promise<void> =>
    numberTools(bus, mine, 0n, signal, { replace: numbered()?.digest })
      .catch((error: unknown) => {
        if (!signal.aborted) log.warn("the set of render tools was not numbered", { tools: mine, error });
      })
      .finally(() => {
        numbering = undefined;
      });
  return {
    mine: nameOf(mine),
    wanted() {
      const digest = numbered()?.digest;
      if (digest !== undefined && digest !== mine && digest !== told) {
        log.error("this renderer renders nothing: others have another set of tools, and that one is in force", {
          tools: mine,
          inForce: digest,
          remedy:
            "give all renderers the same kustomize and helm; when the last one with the other set ends, this one goes on",
        });
      }
      told = digest ?? "";
      return digest === undefined ? undefined : nameOf(digest);
    },
    onNobody() {
      const now = clock.monotonic();
      nobody = { since: now - nobody.lastAt > GAP_MS ? now : nobody.since, lastAt: now };
      if (numbered() === undefined || now - nobody.since >= PATIENCE_MS) numbering ??= number();
    },
  };
};
