import type { CommitPlanned, DesiredStateChanged, RenderFailed } from "@evenkeel/contracts";
import { makeRepository } from "@evenkeel/testing";
import { expect, it } from "vitest";

import { configMap, fleetOf } from "../story/fleet.fixture.ts";
import { startRenderer, types } from "../story/start-renderer.fixture.ts";

it("a file that is too large is told by its name, once, and the rest goes on", { timeout: 60_000 }, async () => {
  await using renderer = await startRenderer();
  const large = configMap("a", "x".repeat(11_000_000));
  await using repository = await makeRepository({
    "apps/a/large.yaml": large,
    "apps/b/config.yaml": configMap("b", "1"),
  });
  const { watcher, published } = renderer;
  await watcher.declare(fleetOf(["a", "b"]));
  const seq = await watcher.tell("web", repository);
  const failed = await published.until<RenderFailed>(types.failed, ({ unit }) => unit?.app === "a");
  expect(failed.fact.reason).toMatchObject({
    code: "LimitExceeded",
    message: `apps/a/large.yaml: the file has ${large.length} bytes, at most 10485760`,
    remedy: "split or shorten it",
  });
  await published.until<DesiredStateChanged>(types.desired, ({ unit }) => unit?.app === "b");
  await published.until<CommitPlanned>(
    types.planned,
    (fact) => fact.seq === seq && fact.pendingCount === 1 && fact.pending[0]?.reason?.code === "LimitExceeded",
  );
  expect(published.all<RenderFailed>(types.failed)).toHaveLength(1);

  await repository.commit({ "apps/a/large.yaml": configMap("a", "1") });
  await watcher.tell("web", repository);
  await published.until<DesiredStateChanged>(types.desired, ({ unit }) => unit?.app === "a");
});
