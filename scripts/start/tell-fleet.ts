import { setTimeout as delay } from "node:timers/promises";

import { fleetNotes } from "@evenkeel/cli";
import { FLEET_SOURCE } from "@evenkeel/contracts";
import type { StatusServiceClient } from "@evenkeel/contracts";

import type { Screen } from "./screen.ts";

const PATIENCE_MS = 30_000;
const LOOK_MS = 250;
/** Units are worked out from declarations in a moment; a fleet that declares none has none later either. */
const SETTLE_MS = 1_000;

const some = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;

/** Says what the fleet repository holds, or why nothing is known of it, as soon as that is known. */
export const tellFleet = async (
  status: Pick<StatusServiceClient, "listSources" | "listUnits">,
  screen: Pick<Screen, "begin" | "bad">,
  stop: AbortSignal,
): Promise<void> => {
  const reading = screen.begin("reading the fleet repository");
  for (let waited = 0; !stop.aborted; waited += LOOK_MS) {
    const { sources } = await status.listSources({}, { signal: stop });
    const fleet = sources.find(({ source }) => source === FLEET_SOURCE);
    const isKnown = (fleet?.revision ?? "") !== "" || fleet?.condition?.error !== undefined;
    if (isKnown || waited >= PATIENCE_MS) {
      await delay(SETTLE_MS, undefined, { signal: stop });
      const { total } = await status.listUnits({ pageSize: 1 }, { signal: stop });
      const revision = fleet?.revision.slice(0, 7) ?? "";
      const count = (await status.listSources({}, { signal: stop })).sources.length - 1;
      const repositories = `${count} ${count === 1 ? "repository" : "repositories"}`;
      reading(
        revision === "" ? "the fleet repository" : `fleet at ${revision}: ${some(total, "unit")} of ${repositories}`,
      );
      for (const note of fleetNotes((await status.listSources({}, { signal: stop })).sources)) screen.bad(note);
      return;
    }
    await delay(LOOK_MS, undefined, { signal: stop });
  }
};
