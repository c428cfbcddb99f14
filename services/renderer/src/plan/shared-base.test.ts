import type { CommitPlanned, DesiredStateChanged } from "@evenkeel/contracts";
import { findProgram, requireProgram } from "@evenkeel/programs";
import { eventually, makeRepository } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

import { configMap, fleetOf } from "../story/fleet.fixture.ts";
import { startRenderer, types } from "../story/start-renderer.fixture.ts";

const overlay = (name: string): string => `resources: [../../base]
namePrefix: ${name}-
`;

describe("a base that two overlays share", () => {
  it("is a reason to render both of them and nothing else", { timeout: 120_000 }, async () => {
    const path = await requireProgram("kustomize");
    const version = (await findProgram("kustomize")).version ?? "unknown";
    await using renderer = await startRenderer({ kustomize: { path, version } });
    await using repository = await makeRepository({
      "base/kustomization.yaml": "resources: [config.yaml]\n",
      "base/config.yaml": configMap("settings", "1"),
      "apps/one/kustomization.yaml": overlay("one"),
      "apps/two/kustomization.yaml": overlay("two"),
      "apps/plain/config.yaml": configMap("plain", "1"),
    });
    const { watcher, published } = renderer;
    const settled = (seq: bigint) =>
      published.until<CommitPlanned>(types.planned, (fact) => fact.seq === seq && fact.pendingCount === 0);
    const answers = (): readonly (string | undefined)[] =>
      published.all<DesiredStateChanged>(types.desired).map(({ fact }) => fact.unit?.app);

    await watcher.declare(fleetOf(["one", "two", "plain"]));
    await settled(await watcher.tell("web", repository));
    await eventually(() => expect(answers().length).toBe(3));

    await repository.commit({ "base/config.yaml": configMap("settings", "2") });
    await settled(await watcher.tell("web", repository));
    await eventually(() => expect(answers().length).toBe(5));
    expect(new Set(answers().slice(3))).toEqual(new Set(["one", "two"]));

    await repository.commit({
      "other/config.yaml": configMap("other", "1"),
      "apps/one/x.md": "not read, but below its path",
    });
    await settled(await watcher.tell("web", repository));
    await eventually(() => expect(answers().slice(5)).toEqual(["one"]));
    const [before, after] = published
      .all<DesiredStateChanged>(types.desired)
      .filter(({ fact }) => fact.unit?.app === "one")
      .slice(-2);
    expect(after?.fact.digest).toBe(before?.fact.digest);
  });
});
