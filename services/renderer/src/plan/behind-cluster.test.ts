import { ApplyFinished, ApplyResult, flows } from "@evenkeel/contracts";
import type { CommitPlanned, DesiredStateChanged, RenderRequested } from "@evenkeel/contracts";
import { eventually, makeRepository } from "@evenkeel/testing";
import { expect, it } from "vitest";

import { configMap, fleetOf } from "../story/fleet.fixture.ts";
import { startRenderer, types } from "../story/start-renderer.fixture.ts";

it(
  "a unit that its cluster refuses for something newer is planned from the newest inputs, once",
  { timeout: 60_000 },
  async () => {
    await using renderer = await startRenderer();
    await using repository = await makeRepository({ "apps/a/config.yaml": configMap("a", "1") });
    const { watcher, published } = renderer;
    await watcher.declare(fleetOf(["a"]));
    await watcher.tell("web", repository);
    const first = await published.until<DesiredStateChanged>(types.desired, ({ unit }) => unit?.app === "a");
    // Another application comes: nothing touches this one, which stays at the revision it was planned from.
    await watcher.declare(fleetOf(["a", "b"]));
    await published.until<CommitPlanned>(types.planned, ({ fleetSeq }) => fleetSeq > first.fact.version!.fleet);
    const ofA = () => published.all<DesiredStateChanged>(types.desired).filter(({ fact }) => fact.unit?.app === "a");
    expect(ofA()).toHaveLength(1);

    const refuse = async ({ unit, version }: DesiredStateChanged, cause: string): Promise<void> => {
      const fact = { unit: unit!, version: version!, result: ApplyResult.SEQ_BEHIND, cause };
      await renderer.bodies.publish(flows.applyFinished, ApplyFinished.fromPartial(fact));
    };
    await refuse(first.fact, "one");
    await eventually(() => expect(ofA()).toHaveLength(2));
    const second = ofA()[1]!.fact;
    expect(second.version!.fleet).toBeGreaterThan(first.fact.version!.fleet);
    expect(second.digest).toBe(first.fact.digest);

    // Where the inputs are no newer, asking again changes nothing: it is not asked in a loop.
    const asked = () =>
      published.all<RenderRequested>(types.requested).filter(({ fact }) => fact.unit?.app === "a").length;
    const before = asked();
    await refuse(second, "two");
    await repository.commit({ "apps/a/config.yaml": configMap("a", "2") });
    await watcher.tell("web", repository);
    await eventually(() => expect(ofA()).toHaveLength(3));
    expect(asked()).toBe(before + 1);
  },
);
