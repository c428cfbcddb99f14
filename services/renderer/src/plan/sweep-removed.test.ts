import { ApplyFinished, ApplyResult, compareVersions, flows } from "@evenkeel/contracts";
import type { CommitPlanned, DesiredStateChanged } from "@evenkeel/contracts";
import { systemClock } from "@evenkeel/machine";
import { silentTelemetry } from "@evenkeel/telemetry";
import { eventually, makeRepository } from "@evenkeel/testing";
import { expect, it } from "vitest";

import { configMap, fleetOf } from "../story/fleet.fixture.ts";
import { startRenderer, types } from "../story/start-renderer.fixture.ts";
import { sweepRemoved } from "./sweep-removed.ts";
import { watchUnits } from "./watch-units.ts";

const later = 8 * 24 * 3_600_000;

it(
  "takes a removed unit out of DESIRED once its removal is confirmed and old, and the unit may come back",
  { timeout: 60_000 },
  async () => {
    await using renderer = await startRenderer();
    await using repository = await makeRepository({
      "apps/a/config.yaml": configMap("a", "1"),
      "apps/b/config.yaml": configMap("b", "1"),
    });
    const { bodies, own, published, reader, watcher } = renderer;
    const signal = AbortSignal.timeout(50_000);
    const tell = async (): Promise<void> => {
      const seq = await watcher.tell("web", repository);
      await published.until<CommitPlanned>(types.planned, (fact) => fact.seq === seq && fact.pendingCount === 0);
    };
    await watcher.declare(fleetOf(["a", "b"]));
    await tell();
    await watcher.declare(fleetOf(["b"]));
    const { fact: tombstone } = await published.until<DesiredStateChanged>(types.desired, ({ removed }) => removed);
    const tokens = { "unit.cluster": tombstone.unit?.cluster ?? "", "unit.app": "a" };
    const desired = () => reader.readLast(flows.desiredStateChanged, tokens, signal);
    const units = await watchUnits(own, signal);
    const deps = { bus: own, clock: systemClock, telemetry: silentTelemetry(), units };
    const inAWeek = { ...deps, clock: { ...systemClock, now: () => new Date(Date.now() + later) } };
    // Nobody has removed it: the cluster may be out of reach for longer than a week.
    expect(await sweepRemoved(inAWeek, signal)).toBe(0);
    const { unit, version } = tombstone;
    const finished = ApplyFinished.fromPartial({ unit, version, result: ApplyResult.REMOVED, cause: "removed" });
    await bodies.publish(flows.applyFinished, finished);
    expect(await sweepRemoved(deps, signal)).toBe(0);
    expect((await desired())?.fact.removed).toBe(true);
    expect(await sweepRemoved(inAWeek, signal)).toBe(1);
    expect(await desired()).toBeUndefined();
    expect(await reader.readLast(flows.desiredStateChanged, { ...tokens, "unit.app": "b" }, signal)).toBeDefined();

    // The planner still remembers the sequence of what is gone.
    await watcher.declare(fleetOf(["a", "b"]));
    await eventually(async () => expect((await desired())?.fact.removed).toBe(false), { timeoutMs: 20_000 });
    const back = await desired();
    expect(compareVersions(back?.fact.version ?? version!, version!)).toBe("newer");
    expect(await sweepRemoved(inAWeek, signal)).toBe(0);
  },
);
