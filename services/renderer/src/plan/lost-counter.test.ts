import { readSeq } from "@evenkeel/bus";
import type { DesiredStateChanged, RenderRequested } from "@evenkeel/contracts";
import { eventually, makeRepository } from "@evenkeel/testing";
import { expect, it } from "vitest";

import { configMap, fleetOf } from "../story/fleet.fixture.ts";
import { startRenderer, types } from "../story/start-renderer.fixture.ts";

it(
  "a counter that was lost while requests above it were kept goes on above them, which is told",
  { timeout: 60_000 },
  async () => {
    await using renderer = await startRenderer();
    await using repository = await makeRepository({ "apps/a/config.yaml": configMap("a", "1") });
    const { own, published, telemetry, watcher } = renderer;
    await watcher.declare(fleetOf(["a"]));
    await watcher.raise(50n);
    const before = await watcher.tell("web", repository);
    const asked = await published.until<RenderRequested>(
      types.requested,
      ({ version }) => version?.sources[0]?.seq === before,
    );
    await published.until<DesiredStateChanged>(types.desired, ({ version }) => version?.sources[0]?.seq === before);
    await renderer.lose("KV_tips");
    await repository.commit({ "apps/a/config.yaml": configMap("a", "2") });
    await watcher.declare(fleetOf(["a"]));
    await watcher.tell("web", repository);
    const newest = asked.fact.version?.fleet ?? 0n;
    await eventually(
      async () => expect((await readSeq(own, AbortSignal.timeout(5000))).floor).toBeGreaterThanOrEqual(newest),
      { timeoutMs: 30_000 },
    );
    expect(telemetry.logs.map(({ msg }) => msg)).toContain(
      "the bus has lost its counter, numbers go on above those of requests",
    );
    // What is numbered anew above it is planned and rendered.
    await watcher.declare(fleetOf(["a"]));
    const seq = await watcher.tell("web", repository);
    const revision = await repository.head();
    const after = await published.until<DesiredStateChanged>(types.desired, (fact) => fact.revision === revision);
    expect(after.fact.version?.sources[0]?.seq).toBe(seq);
    expect(seq).toBeGreaterThan(before);
  },
);
