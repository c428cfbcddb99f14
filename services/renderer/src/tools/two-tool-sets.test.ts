import type { CommitPlanned, DesiredStateChanged } from "@evenkeel/contracts";
import { eventually, makeRepository } from "@evenkeel/testing";
import { expect, it } from "vitest";

import { configMap, fleetOf } from "../story/fleet.fixture.ts";
import { startRenderer, types } from "../story/start-renderer.fixture.ts";

const apps = Array.from({ length: 24 }, (_unused, n) => `app-${n}`);
const files = Object.fromEntries(apps.map((app) => [`apps/${app}/config.yaml`, configMap(app, "1")]));
/** Only its digest counts here: no application asks for it. */
const otherTools = { kustomize: { path: process.execPath, version: "0.0.0" } };

it("of two renderers with different tools one renders all, and the other goes on when it ends", async () => {
  await using renderer = await startRenderer();
  await using repository = await makeRepository(files);
  const { published, watcher } = renderer;
  const other = await renderer.beside("other", otherTools);
  await watcher.declare(fleetOf(apps));
  const seq = await watcher.tell("web", repository);
  await published.until<CommitPlanned>(types.planned, (fact) => fact.seq === seq && fact.pendingCount === 0);
  await eventually(() => expect(published.all(types.desired)).toHaveLength(24));
  const toolsOf = (): ReadonlySet<bigint | undefined> =>
    new Set(published.all<DesiredStateChanged>(types.desired).map(({ fact }) => fact.version?.tools));
  const [first] = toolsOf();
  expect(toolsOf().size).toBe(1);
  const { logs, spans } = other.telemetry;
  expect(spans.filter(({ name }) => name.startsWith("process "))).toEqual([]);
  const told = logs.filter(({ msg }) => String(msg).startsWith("this renderer renders nothing"));
  expect(told).toHaveLength(1);

  await renderer.stop();
  const again = (fact: DesiredStateChanged): boolean => (fact.version?.tools ?? 0n) > (first ?? 0n);
  await Promise.all(
    apps.map((app) =>
      published.until<DesiredStateChanged>(types.desired, (fact) => fact.unit?.app === app && again(fact)),
    ),
  );
  expect(toolsOf().size).toBe(2);
}, 60_000);
