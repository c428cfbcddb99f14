import { BusConflict } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { compareVersions, flows } from "@evenkeel/contracts";
import type { RenderRequested } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";

import type { Units } from "./watch-units.ts";

/** `moved`: somebody planned this unit from inputs that are newer somewhere; plan it again from the newest. */
export type RequestResult = "asked" | "already asked" | "moved";

/** Asks for a render by compare-and-set on the unit's subject, so that an older plan never replaces a newer one. */
export const publishRequest = async (
  { bus, clock, units }: { readonly bus: Bus; readonly clock: Pick<Clock, "now">; readonly units: Units },
  planned: RenderRequested,
  signal: AbortSignal,
): Promise<RequestResult> => {
  const request = { ...planned, requestedAt: clock.now() };
  const { unit, version } = request;
  if (unit === undefined || version === undefined) throw new TypeError("a RenderRequested names its unit and version");
  for (;;) {
    const stored = units.stored("request", unit);
    const order = stored?.fact.version === undefined ? "newer" : compareVersions(version, stored.fact.version);
    if (order === "older" || order === "mixed") return "moved";
    if (order === "equal" && stored?.fact.cause === request.cause) return "already asked";
    try {
      const { sequence } = await bus.publish(flows.renderRequested, request, {
        expectLast: stored?.sequence ?? 0,
        signal,
      });
      units.note("request", request, sequence);
      return "asked";
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error;
      const tokens = flows.renderRequested.tokens(request);
      const last = await bus.readLast(flows.renderRequested, tokens, signal);
      if (last === undefined) units.forget("request", unit);
      else units.note("request", last.fact, last.sequence);
    }
  }
};
