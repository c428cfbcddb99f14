import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { basename } from "node:path";

import type { CommitPlanned, DesiredStateChanged, RenderFailed } from "@evenkeel/contracts";
import { inProcessHost } from "@evenkeel/render";
import type { Tools } from "@evenkeel/render";
import { makeRepository } from "@evenkeel/testing";
import { expect, it } from "vitest";

import { configMap, fleetOf } from "../story/fleet.fixture.ts";
import { startRenderer, types } from "../story/start-renderer.fixture.ts";
import { openHost as openRealHost } from "../tools/open-host.ts";
import type { OpenHost } from "../tools/open-host.ts";

const toolsOf = (version: string): Tools => ({
  kustomize: { name: "kustomize", path: "/kustomize", version, digest: `sha256:${version}` },
});
const openHost =
  (version: string): OpenHost =>
  async (_config, lent) =>
    inProcessHost({ ...lent, tools: toolsOf(version) });

/** Threads and programs that are started from here on, but for the git of the test itself. */
const watchStarts = () => {
  let threads = 0;
  const programs: { readonly spawnfile: string }[] = [];
  const onThread = (): void => {
    threads += 1;
  };
  // Told before the program has its name.
  const onProgram = (message: unknown): void => {
    programs.push((message as { readonly process: { readonly spawnfile: string } }).process);
  };
  subscribe("worker_threads", onThread);
  subscribe("child_process", onProgram);
  return {
    threads: () => threads,
    programs: () => programs.map(({ spawnfile }) => basename(spawnfile)).filter((name) => name !== "git"),
    [Symbol.dispose]: () => {
      unsubscribe("worker_threads", onThread);
      unsubscribe("child_process", onProgram);
    },
  };
};

// Above 64 KiB a thread reads it, where there are any.
const files = {
  "apps/a/config.yaml": configMap("a", "1"),
  "apps/b/config.yaml": `# ${"x".repeat(70 * 1024)}\n${configMap("b", "1")}`,
};

it(
  "a commit becomes desired state with no thread and no program, the same as with them",
  { timeout: 60_000 },
  async () => {
    await using repository = await makeRepository(files);
    /** The digests of both applications, and what is started once the host is opened. */
    const renderWith = async (open: OpenHost) => {
      using stack = new DisposableStack();
      let starts: ReturnType<typeof watchStarts> | undefined;
      await using renderer = await startRenderer({
        openHost: (config, lent) => {
          starts = stack.use(watchStarts());
          return open(config, lent);
        },
      });
      const { published, watcher } = renderer;
      await watcher.declare(fleetOf(["a", "b"]));
      await watcher.tell("web", repository);
      const ends = ["a", "b"].map((app) =>
        published.until<DesiredStateChanged>(types.desired, ({ unit }) => unit?.app === app),
      );
      const digests = (await Promise.all(ends)).map(({ fact }) => fact.digest);
      return { digests, threads: starts?.threads(), programs: starts?.programs() };
    };
    const here = await renderWith(openHost("5.8.1"));
    expect(here).toMatchObject({ threads: 0, programs: [] });
    const real = await renderWith(openRealHost);
    expect(here.digests).toEqual(real.digests);
    expect(new Set(here.digests).size).toBe(2);
    expect(real.threads).toBeGreaterThan(0);
  },
);

it("what is not simulated fails with its name, and mends as its remedy says", { timeout: 60_000 }, async () => {
  await using renderer = await startRenderer({ openHost: openHost("5.8.1") });
  const { published, watcher } = renderer;
  await using repository = await makeRepository({ "apps/a/kustomization.yaml": "resources: [config.yaml]\n" });
  await watcher.declare(fleetOf(["a"]));
  await watcher.tell("web", repository);
  const { fact } = await published.until<RenderFailed>(types.failed, ({ unit }) => unit?.app === "a");
  expect(fact.reason).toEqual({
    code: "FeatureDisabled",
    message: "apps/a: kustomize is not simulated: no program is started in this process",
    remedy: "write plain manifests",
  });
  await repository.commit({ "apps/a/kustomization.yaml": null, ...files });
  await watcher.tell("web", repository);
  await published.until<DesiredStateChanged>(types.desired, ({ unit }) => unit?.app === "a");
});

it(
  "two replicas with the descriptions of two tool sets hand over as those with two binaries",
  { timeout: 60_000 },
  async () => {
    await using renderer = await startRenderer({ openHost: openHost("5.8.1") });
    const { published, watcher } = renderer;
    await using repository = await makeRepository(files);
    await renderer.beside("other", {}, openHost("5.8.2"));
    await watcher.declare(fleetOf(["a"]));
    const seq = await watcher.tell("web", repository);
    await published.until<CommitPlanned>(types.planned, (fact) => fact.seq === seq && fact.pendingCount === 0);
    const first = published.all<DesiredStateChanged>(types.desired)[0]?.fact.version?.tools ?? 0n;
    await renderer.stop();
    await published.until<DesiredStateChanged>(types.desired, ({ version }) => (version?.tools ?? 0n) > first);
  },
);
