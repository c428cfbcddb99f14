import { anyBody, openArtifacts } from "@evenkeel/artifacts";
import { compareVersions, DesiredStateChanged, RenderRequested } from "@evenkeel/contracts";
import type { CommitPlanned, RenderFailed } from "@evenkeel/contracts";
import { systemClock } from "@evenkeel/machine";
import { rootOf, sourceTrace } from "@evenkeel/telemetry";
import { eventually, makeRepository } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

import { configMap, fleetOf } from "../story/fleet.fixture.ts";
import { startRenderer, types } from "../story/start-renderer.fixture.ts";
import { publishDesired, publishFailed } from "../render/publish-answer.ts";
import { publishRequest } from "./publish-request.ts";
import { rememberUnits } from "./watch-units.ts";

const signal = new AbortController().signal;
const files = (value: string) =>
  Object.fromEntries(["a", "b", "c"].map((app) => [`apps/${app}/config.yaml`, configMap(app, value)]));

describe("a renderer that is killed", () => {
  const places = [
    ["between the blob and the desired state", types.desired],
    ["between the requests and the CommitPlanned", types.planned],
    ["before any request", types.requested],
  ] as const;
  it.each(places)("%s answers each request once after it is back", { timeout: 60_000 }, async (_title, type) => {
    const reached = Promise.withResolvers<void>();
    const never = new Promise<void>(() => undefined);
    await using renderer = await startRenderer({
      beforePublish: (published) => {
        if (published !== type) return undefined;
        reached.resolve();
        return never;
      },
    });
    await using repository = await makeRepository(files("1"));
    await renderer.watcher.declare(fleetOf(["a", "b", "c"]));
    const seq = await renderer.watcher.tell("web", repository);
    await reached.promise;
    await renderer.restart();
    const is = (fact: CommitPlanned): boolean => fact.seq === seq && fact.pendingCount === 0;
    await renderer.published.until<CommitPlanned>(types.planned, is);
    await eventually(() => expect(renderer.published.all(types.requested).length).toBe(3));
    await eventually(() => expect(renderer.published.all(types.desired).length).toBe(3));
    for (const { fact } of renderer.published.all<DesiredStateChanged>(types.desired)) {
      expect(await openArtifacts(renderer.bodies).has(`set.${fact.digest.replace("sha256:", "")}`)).toBe(true);
    }
  });

  it("asks for nothing again when nothing has changed", { timeout: 60_000 }, async () => {
    await using renderer = await startRenderer();
    await using repository = await makeRepository(files("1"));
    await renderer.watcher.declare(fleetOf(["a", "b", "c"]));
    await renderer.watcher.tell("web", repository);
    await renderer.published.until<CommitPlanned>(types.planned, ({ pendingCount }) => pendingCount === 0);
    const plans = renderer.published.all(types.planned).length;
    await renderer.restart();
    await repository.commit({ "apps/b/config.yaml": configMap("b", "2") });
    const seq = await renderer.watcher.tell("web", repository);
    const is = (fact: CommitPlanned): boolean => fact.seq === seq && fact.pendingCount === 0;
    await renderer.published.until<CommitPlanned>(types.planned, is);
    await eventually(() => expect(renderer.published.all(types.requested).length).toBe(4));
    expect(renderer.published.all(types.planned).length).toBeLessThanOrEqual(plans + 2);
  });
});

describe("a renderer that lost its lease without noticing", () => {
  const at = (source: bigint) => ({ fleet: 1n, selection: 1n, sources: [{ source: "web", seq: source }], tools: 1n });
  const unit = { cluster: "prod", app: "a", appUid: "u" };

  it("cannot replace a newer request, answer or failure", { timeout: 60_000 }, async () => {
    await using renderer = await startRenderer();
    await renderer.stop();
    const bus = renderer.own;
    const fresh = () => ({ bus, clock: systemClock, units: rememberUnits() });
    const asked = (source: bigint) =>
      RenderRequested.fromPartial({ unit, version: at(source), source: "web", cause: `cause-${source}` });
    const answer = (source: bigint, digest = "sha256:one") =>
      DesiredStateChanged.fromPartial({ unit, version: at(source), digest, cause: `${digest}-${source}` });
    const failure = (source: bigint): RenderFailed => ({
      unit,
      version: at(source),
      source: "web",
      revision: "",
      traceId: "",
      at: undefined,
      reason: { code: "RenderFailed", message: "no", remedy: "mend it" },
      cause: `cause-${source}`,
    });

    expect(await publishRequest(fresh(), asked(5n), signal)).toBe("asked");
    expect(await publishRequest(fresh(), asked(4n), signal)).toBe("moved");
    expect(await publishRequest(fresh(), asked(5n), signal)).toBe("already asked");
    expect(await publishDesired(fresh(), answer(5n), signal)).toBe("publish");
    expect(await publishDesired(fresh(), answer(4n), signal)).toBe("superseded");
    expect(await publishDesired(fresh(), answer(5n), signal)).toBe("answered");
    expect(await publishDesired(fresh(), answer(5n, "sha256:other"), signal)).toBe("differs");
    expect(await publishFailed(fresh(), failure(7n), signal)).toBe("publish");
    expect(await publishFailed(fresh(), failure(6n), signal)).toBe("superseded");

    await renderer.published.until<RenderFailed>(types.failed, () => true);
    const stored = renderer.published.all<DesiredStateChanged>(types.desired);
    expect(stored.map(({ fact }) => fact.version!.sources[0]!.seq)).toEqual([5n]);
    expect(compareVersions(stored[0]!.fact.version!, at(5n))).toBe("equal");
  });
});

describe("the trace of a commit", () => {
  it("goes on in the unit's own trace, linked to the delivery of the request", { timeout: 60_000 }, async () => {
    await using renderer = await startRenderer();
    await using repository = await makeRepository(files("1"));
    await renderer.watcher.declare(fleetOf(["a"]));
    await renderer.watcher.tell("web", repository);
    const answer = await renderer.published.until<DesiredStateChanged>(types.desired, () => true);
    await renderer.published.until<CommitPlanned>(types.planned, ({ pendingCount }) => pendingCount === 0);
    await renderer.stop();
    const { traceId } = answer.fact;
    const render = renderer.telemetry.spans.find(({ name }) => name === "render")!;
    const process = renderer.telemetry.spans.find(
      ({ name }) => name === "process render.{p}.{unit.cluster}.{unit.app}",
    )!;
    expect(render.spanContext().traceId).toBe(traceId);
    expect(render.parentSpanContext?.spanId).toBe(rootOf(traceId).spanId);
    const [request] = renderer.published.all<RenderRequested>(types.requested);
    const { lineage, revision, url } = request!.fact;
    const commit = sourceTrace(url, lineage!.gitRef, revision);
    expect(render.links.map(({ context }) => context.spanId)).toEqual([
      process.spanContext().spanId,
      rootOf(commit.traceId).spanId, // a fleet revision may have asked for it
    ]);
    expect(render.attributes).toMatchObject({
      "cicd.pipeline.task.name": "render",
      "cicd.pipeline.task.run.result": "success",
      "evenkeel.cache": "miss",
      "evenkeel.desired.digest": answer.fact.digest,
    });
    expect(answer.trace?.traceId).toBe(traceId);
  });
});

describe("a set that a killed bus server lost", () => {
  it("is rendered and stored again, while its desired state stays as it is", { timeout: 60_000 }, async () => {
    await using renderer = await startRenderer();
    await using repository = await makeRepository(files("1"));
    await renderer.watcher.declare(fleetOf(["a"]));
    await renderer.watcher.tell("web", repository);
    const { fact } = await renderer.published.until<DesiredStateChanged>(types.desired, () => true);
    await renderer.published.until<CommitPlanned>(types.planned, ({ pendingCount }) => pendingCount === 0);
    const key = `set.${fact.digest.replace("sha256:", "")}`;
    const artifacts = openArtifacts(renderer.bodies);
    await renderer.stop();
    await renderer.own.ownState(anyBody).delete({ key });
    expect(await artifacts.has(key)).toBe(false);
    await renderer.restart();
    await eventually(() => artifacts.has(key));
    expect(renderer.published.all(types.desired).length).toBe(1);
  });
});
