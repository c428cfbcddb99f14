import { openArtifacts } from "@evenkeel/artifacts";
import { compareVersions, PendingState } from "@evenkeel/contracts";
import type { CommitPlanned, DesiredStateChanged, RenderFailed, RenderRequested } from "@evenkeel/contracts";
import { decodeSet, setDigest, toCanonical } from "@evenkeel/resource";
import { eventually, makeRepository } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

import { configMap, fleetOf } from "./story/fleet.fixture.ts";
import { startRenderer, types } from "./story/start-renderer.fixture.ts";
import type { TestRenderer } from "./story/start-renderer.fixture.ts";

const apps = Array.from({ length: 50 }, (_unused, n) => `app-${n}`);
const path = (app: string): string => `apps/${app}/config.yaml`;
const filesOf = (names: readonly string[]) => Object.fromEntries(names.map((app) => [path(app), configMap(app, "1")]));

/** Resolves with the CommitPlanned that says every unit of the source is at this seq. */
const settled = ({ published }: TestRenderer, seq: bigint) =>
  published.until<CommitPlanned>(types.planned, (fact) => fact.seq === seq && fact.pendingCount === 0);

const count = ({ published }: TestRenderer) => ({
  requested: published.all(types.requested).length,
  desired: published.all(types.desired).length,
  failed: published.all(types.failed).length,
});

/** The views of the test see streams side by side: what is stored is seen in a moment. */
const counted = (renderer: TestRenderer, expected: ReturnType<typeof count>) =>
  eventually(() => expect(count(renderer)).toEqual(expected));

describe("a commit", () => {
  it("that touches one of 50 applications costs one request and one desired state", { timeout: 60_000 }, async () => {
    await using renderer = await startRenderer();
    await using repository = await makeRepository(filesOf(apps));
    const { watcher, published } = renderer;
    await watcher.declare(fleetOf(apps));
    const first = await watcher.tell("web", repository);
    await settled(renderer, first);
    await counted(renderer, { requested: 50, desired: 50, failed: 0 });
    expect(published.all<CommitPlanned>(types.planned)[0]?.fact).toMatchObject({ touched: 50, total: 50 });

    await repository.commit({ [path("app-7")]: configMap("app-7", "2") });
    const second = await watcher.tell("web", repository);
    await settled(renderer, second);
    await counted(renderer, { requested: 51, desired: 51, failed: 0 });
    const answer = published.all<DesiredStateChanged>(types.desired).at(-1)!.fact;
    expect(answer).toMatchObject({ unit: { app: "app-7", cluster: "prod" }, objectCount: 1, path: "apps/app-7" });
    expect(answer.version?.sources).toEqual([{ source: "web", seq: second }]);
    expect(answer.lineage?.tip).toBe(await repository.head());

    const body = await openArtifacts(renderer.bodies).get(`set.${answer.digest.slice("sha256:".length)}`);
    const [object] = decodeSet(body!, answer.digest);
    expect(JSON.parse(object!.json)).toMatchObject({ kind: "ConfigMap", data: { value: "2" } });

    // A commit with the same tree, or outside of every application, costs nothing at all.
    await repository.commit({});
    await settled(renderer, await watcher.tell("web", repository));
    await repository.commit({ "README.md": "nothing to deploy" });
    await settled(renderer, await watcher.tell("web", repository));
    await counted(renderer, { requested: 51, desired: 51, failed: 0 });
  });

  it(
    "that cannot be rendered is refused with its place, and the last good state stays",
    { timeout: 60_000 },
    async () => {
      await using renderer = await startRenderer();
      await using repository = await makeRepository(filesOf(["a", "b"]));
      const { watcher, published } = renderer;
      await watcher.declare(fleetOf(["a", "b"]));
      await settled(renderer, await watcher.tell("web", repository));

      await repository.commit({ [path("a")]: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {n: 08}\n" });
      const bad = await watcher.tell("web", repository);
      const failure = (await published.until<RenderFailed>(types.failed, ({ unit }) => unit?.app === "a")).fact;
      expect(failure.reason).toMatchObject({ code: "ScalarAmbiguous" });
      expect(failure.reason?.message).toContain("apps/a/config.yaml:4");
      const planned = await published.until<CommitPlanned>(
        types.planned,
        ({ seq, pending }) => seq === bad && pending[0]?.state === PendingState.FAILED,
      );
      expect(planned.fact.pending[0]).toMatchObject({ unit: { app: "a" }, reason: { code: "ScalarAmbiguous" } });
      await counted(renderer, { requested: 3, desired: 2, failed: 1 });

      // What the refused render did not look into is no reason to try again; the mended file is.
      await repository.commit({ [path("b")]: configMap("b", "2") });
      await watcher.tell("web", repository);
      await published.until<DesiredStateChanged>(
        types.desired,
        ({ unit, version }) => unit?.app === "b" && version!.sources[0]!.seq > bad,
      );
      await counted(renderer, { requested: 4, desired: 3, failed: 1 });
      await repository.commit({ [path("a")]: configMap("a", "2") });
      await settled(renderer, await watcher.tell("web", repository));
      await counted(renderer, { requested: 5, desired: 4, failed: 1 });
    },
  );

  it("tells nothing of a Secret by the digest of its set", { timeout: 60_000 }, async () => {
    await using renderer = await startRenderer();
    const secret = (pin: string): string =>
      `apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: shop}\nstringData: {pin: "${pin}"}\n`;
    await using repository = await makeRepository({ "apps/a/db.yaml": secret("0891") });
    await renderer.watcher.declare(fleetOf(["a"]));
    const seq = await renderer.watcher.tell("web", repository);
    await settled(renderer, seq);
    const [answer] = renderer.published.all<DesiredStateChanged>(types.desired);
    const digest = answer?.fact.digest ?? "";
    for (let pin = 0; pin < 10_000; pin += 1) {
      const object = { apiVersion: "v1", kind: "Secret", metadata: { name: "db", namespace: "shop" } };
      const tried = toCanonical({ ...object, stringData: { pin: String(pin).padStart(4, "0") } });
      expect(setDigest([tried])).not.toBe(digest);
    }
    const body = await openArtifacts(renderer.bodies).get(`set.${digest.slice("sha256:".length)}`);
    expect(JSON.parse(decodeSet(body!, digest)[0]!.json)).toMatchObject({ stringData: { pin: "0891" } });
  });

  it("waits for objects that are not stored yet, and does not fail", { timeout: 60_000 }, async () => {
    await using renderer = await startRenderer();
    await using repository = await makeRepository(filesOf(["a"]));
    const { watcher } = renderer;
    await watcher.declare(fleetOf(["a"]));
    watcher.withholdObjects = true;
    const seq = await watcher.tell("web", repository);
    await renderer.published.until<RenderRequested>(types.requested, () => true);
    expect(count(renderer).failed).toBe(0);
    await watcher.storeObjects(repository);
    await settled(renderer, seq);
    await counted(renderer, { requested: 1, desired: 1, failed: 0 });
  });

  it("replaces an older one, of which nothing is published later", { timeout: 60_000 }, async () => {
    await using renderer = await startRenderer();
    await using repository = await makeRepository(filesOf(["a"]));
    const { watcher, published } = renderer;
    await watcher.declare(fleetOf(["a"]));
    for (let n = 2; n < 12; n += 1) {
      await repository.commit({ [path("a")]: configMap("a", String(n)) });
      await watcher.tell("web", repository);
    }
    await repository.commit({ [path("a")]: configMap("a", "last") });
    await settled(renderer, await watcher.tell("web", repository));
    const newest = await repository.head();
    await published.until<DesiredStateChanged>(types.desired, ({ revision }) => revision === newest);
    const versions = published.all<DesiredStateChanged>(types.desired).map(({ fact }) => fact.version!);
    expect(versions.length).toBeLessThanOrEqual(11);
    for (const [index, version] of versions.slice(1).entries()) {
      expect(compareVersions(version, versions[index]!)).toBe("newer");
    }
    expect(published.all<DesiredStateChanged>(types.desired).at(-1)?.fact.revision).toBe(newest);
    const planned = published.all<CommitPlanned>(types.planned).map(({ fact }) => Number(fact.seq));
    expect(planned).toEqual(planned.toSorted((a, b) => a - b));
  });
});

describe("a fleet commit", () => {
  it(
    "asks only for units whose declaration changed, and removes those that it dropped",
    { timeout: 60_000 },
    async () => {
      await using renderer = await startRenderer();
      await using repository = await makeRepository(filesOf(["a", "b", "c"]));
      const { watcher, published } = renderer;
      await watcher.declare(fleetOf(["a", "b"]));
      await settled(renderer, await watcher.tell("web", repository));
      const before = published.all<DesiredStateChanged>(types.desired).find(({ fact }) => fact.unit?.app === "b")!.fact;

      const fleet = await watcher.declare(fleetOf(["a", "c"]));
      const gone = await published.until<DesiredStateChanged>(types.desired, ({ removed }) => removed);
      await published.until<DesiredStateChanged>(types.desired, ({ unit }) => unit?.app === "c");
      expect(gone.fact).toMatchObject({
        unit: { app: "b" },
        digest: "",
        declarationsDigest: before.declarationsDigest,
      });
      expect(gone.fact.version).toMatchObject({ fleet, selection: fleet });
      await counted(renderer, { requested: 4, desired: 4, failed: 0 });

      await watcher.declare(fleetOf(["a", "c"], { drift: "report" }));
      const again = await published.until<CommitPlanned>(
        types.planned,
        ({ fleetSeq, pendingCount }) => fleetSeq > fleet && pendingCount === 0,
      );
      expect(again.fact.total).toBe(2);
      await counted(renderer, { requested: 6, desired: 6, failed: 0 });

      // It comes back: newer than its own tombstone.
      await watcher.declare(fleetOf(["a", "b", "c"], { drift: "report" }));
      const back = await published.until<DesiredStateChanged>(
        types.desired,
        ({ unit, version, removed }) => unit?.app === "b" && !removed && version!.fleet > fleet,
      );
      expect(compareVersions(back.fact.version!, gone.fact.version!)).toBe("newer");
    },
  );
});

describe("inputs that are numbered again", () => {
  it("are planned anew for all units, above the numbers that a cluster has seen", { timeout: 60_000 }, async () => {
    await using renderer = await startRenderer();
    await using repository = await makeRepository(filesOf(["a", "b"]));
    const { watcher, published } = renderer;
    await watcher.declare(fleetOf(["a", "b"]));
    await settled(renderer, await watcher.tell("web", repository));
    const raised = 1_000n;
    await watcher.raise(raised);
    await settled(renderer, await watcher.tell("web", repository));
    for (const app of ["a", "b"]) {
      const newest = await published.until<DesiredStateChanged>(
        types.desired,
        ({ unit, version }) => unit?.app === app && version!.fleet >= raised && version!.tools >= raised,
      );
      expect(newest.fact.version!.sources[0]!.seq).toBeGreaterThan(raised);
    }
  });
});
