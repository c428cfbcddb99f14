import { buckets, Inventory } from "@evenkeel/contracts";
import type { CommitPlanned, DesiredStateChanged } from "@evenkeel/contracts";
import { systemClock } from "@evenkeel/machine";
import { silentTelemetry } from "@evenkeel/telemetry";
import { makeRepository } from "@evenkeel/testing";
import { expect, it } from "vitest";

import { configMap, fleetOf } from "../story/fleet.fixture.ts";
import { startRenderer, types } from "../story/start-renderer.fixture.ts";
import { nothingSwept, sweepSets } from "./sweep-sets.ts";
import { watchUnits } from "../plan/watch-units.ts";

const later = 8 * 24 * 3_600_000;

it(
  "collects sets that no unit wants or had last, and renders that nobody asked for in a week",
  { timeout: 60_000 },
  async () => {
    await using renderer = await startRenderer();
    await using repository = await makeRepository({ "apps/a/config.yaml": configMap("a", "1") });
    const { own, published, watcher } = renderer;
    await watcher.declare(fleetOf(["a"]));
    const digests: string[] = [];
    for (const value of ["1", "2", "3"]) {
      await repository.commit({ "apps/a/config.yaml": configMap("a", value) });
      const seq = await watcher.tell("web", repository);
      await published.until<CommitPlanned>(types.planned, (fact) => fact.seq === seq && fact.pendingCount === 0);
      const { fact } = await published.until<DesiredStateChanged>(
        types.desired,
        ({ version }) => version?.sources[0]?.seq === seq,
      );
      digests.push(fact.digest.replace("sha256:", ""));
    }
    const [oldest = "", applied = "", newest = ""] = digests;
    // The applier has not come to the newest yet.
    const inventory = Inventory.fromPartial({ digest: `sha256:${applied}` });
    await renderer.bodies.ownState(buckets.inventory).put({ cluster: "prod", app: "a" }, inventory);
    await renderer.stop();
    const signal = AbortSignal.timeout(30_000);
    const deps = { bus: own, clock: systemClock, telemetry: silentTelemetry(), units: await watchUnits(own, signal) };
    const sets = async (): Promise<readonly string[]> =>
      (await own.state(buckets.renderedSet).keys({}, signal)).map(({ hex }) => hex);
    const first = await sweepSets(deps, nothingSwept, signal);
    expect(await sets()).toEqual(expect.arrayContaining(digests));
    await sweepSets(deps, first, signal);
    expect((await sets()).toSorted()).toEqual([applied, newest].toSorted());
    expect(oldest).not.toBe(newest);

    const inAWeek = { ...deps, clock: { ...systemClock, now: () => new Date(Date.now() + later) } };
    await sweepSets(inAWeek, await sweepSets(inAWeek, nothingSwept, signal), signal);
    const renders = await own.state(buckets.render).keys({}, signal);
    expect(renders.filter(({ of }) => !of.startsWith("closure."))).toEqual([]);
  },
);
