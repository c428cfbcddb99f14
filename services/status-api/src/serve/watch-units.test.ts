import { flows } from "@evenkeel/contracts";
import type { WatchUnitsResponse } from "@evenkeel/contracts";
import { systemClock } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";
import { silentTelemetry } from "@evenkeel/telemetry";
import { describe, expect, it } from "vitest";

import { startChangeFeed } from "../follow/change-feed.ts";
import { createProjection } from "../follow/projection.ts";
import * as story from "../story/story.fixture.ts";
import { watchUnits } from "./watch-units.ts";

/** A clock whose sleeps end when the test says so. */
const manualClock = () => {
  const sleeping: { ms: number; wake: () => void }[] = [];
  const clock: Clock = {
    ...systemClock,
    now: () => story.at(0),
    monotonic: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        sleeping.push({ ms, wake: resolve });
        signal?.addEventListener("abort", () => reject(new Error("stopped")));
      }),
  };
  const pass = (ms: number): void => {
    for (const sleeper of sleeping.splice(0))
      if (sleeper.ms <= ms) sleeper.wake();
      else sleeping.push(sleeper);
  };
  return { clock, pass };
};

const watched = () => {
  const { clock, pass } = manualClock();
  const stop = new AbortController();
  const projection = createProjection(() => new Date(0));
  const feed = startChangeFeed(projection, clock, silentTelemetry(), stop.signal);
  const watch = watchUnits({ projection, feed, clock, signal: stop.signal });
  const open = (): AsyncIterator<WatchUnitsResponse> =>
    watch({ cluster: "", app: "" }, { signal: stop.signal })[Symbol.asyncIterator]();
  return { clock, pass, stop, projection, open };
};

const desire = (letter: string, app = "web") => story.desired(1, letter, { unit: story.unit(app) });

describe("a watch", () => {
  it("tells each change of a burst once, and nothing that did not change", async () => {
    const { open, pass, projection } = watched();
    const stream = open();
    expect((await stream.next()).value).toMatchObject({ event: { $case: "snapshotComplete" } });
    const first = stream.next();
    for (const letter of ["a", "b", "c"]) projection.fold(flows.desiredStateChanged.type, desire(letter));
    pass(20);
    expect((await first).value).toMatchObject({ event: { value: { desiredRevision: story.sha("c") } }, sequence: 1n });
    const next = stream.next();
    projection.fold(flows.desiredStateChanged.type, desire("c"));
    pass(20);
    projection.fold(flows.desiredStateChanged.type, desire("d", "other"));
    pass(20);
    expect((await next).value).toMatchObject({ event: { value: { unit: { app: "other" } } }, sequence: 2n });
  });

  it("tells that a unit is gone", async () => {
    const { open, pass, projection } = watched();
    projection.fold(flows.desiredStateChanged.type, desire("a"));
    const stream = open();
    expect((await stream.next()).value).toMatchObject({ event: { $case: "unit" } });
    await stream.next();
    const gone = stream.next();
    projection.fold(flows.desiredStateChanged.type, story.desired(2, "a", { removed: true }));
    pass(20);
    expect((await gone).value).toMatchObject({
      event: { $case: "removed", value: { cluster: "prod-eu", app: "web" } },
    });
  });

  it("gives a sign of life in silence", async () => {
    const { open, pass } = watched();
    const stream = open();
    await stream.next();
    const beat = stream.next();
    // The wait begins a turn later.
    await Promise.resolve();
    await Promise.resolve();
    pass(30_000);
    expect((await beat).value).toMatchObject({ event: { $case: "heartbeat", value: story.at(0) } });
  });

  it("is closed when its reader falls too far behind, rather than leave out changes", async () => {
    const { open, pass, projection } = watched();
    const stream = open();
    await stream.next();
    for (let n = 0; n <= 10_000; n += 1) projection.fold(flows.desiredStateChanged.type, desire("a", `app-${n}`));
    pass(20);
    await Promise.resolve();
    await expect(stream.next()).rejects.toThrow("the reader fell too far behind");
  });

  it("ends with the service", async () => {
    const { open, stop } = watched();
    const stream = open();
    await stream.next();
    const end = stream.next();
    stop.abort();
    expect((await end).done).toBe(true);
  });

  it("is refused when too many are open", async () => {
    const { open } = watched();
    for (let n = 0; n < 500; n += 1) await open().next();
    await expect(open().next()).rejects.toThrow("too many watch streams");
  });
});
