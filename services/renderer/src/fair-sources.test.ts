import { findProgram, requireProgram } from "@evenkeel/programs";
import type { DesiredStateChanged, RenderRequested, RenderWaiting } from "@evenkeel/contracts";
import { makeRepository } from "@evenkeel/testing";
import { expect, it } from "vitest";

import { configMap } from "./fixture/fleet.ts";
import { startRenderer, types } from "./fixture/start-renderer.ts";

const head = "apiVersion: evenkeel.dev/v1alpha1\nkind:";
const repositoryOf = (name: string): string =>
  `${head} Repository\nmetadata: {name: ${name}}\nspec: {url: "https://git.example.org/${name}.git"}\n`;
const appOf = (name: string, repository: string, more = ""): string =>
  `${head} Application\nmetadata: {name: ${name}}\nspec: {repository: ${repository}, path: ${name}, targets: {clusterSelector: {}}${more}}\n`;
const says =
  (text: string) =>
  ({ reason }: RenderWaiting): boolean =>
    reason?.message.includes(text) === true;
const hanging = Array.from({ length: 200 }, (_, n) => `hang-${n}`);
/** What all of them take one behind another, at five seconds each in four places: four minutes. */
const inTurnMs = (hanging.length * 5_000) / 4;
/** A chart whose template never ends. */
const chartOf = (name: string) => ({
  [`${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
  [`${name}/templates/a.yaml`]: "{{- range until 2000000000 }}{{- end }}\n",
});

it(
  "two hundred applications that hang keep no commit of another source waiting for more than its own render and one place",
  { timeout: 180_000 },
  async () => {
    const helm = { path: await requireProgram("helm"), version: (await findProgram("helm")).version ?? "unknown" };
    await using renderer = await startRenderer({ helm, renders: 4 });
    await using hostile = await makeRepository(Object.assign({}, ...hanging.map(chartOf)) as Record<string, string>);
    await using shop = await makeRepository({ "web/config.yaml": configMap("web", "1") });
    const { published, watcher } = renderer;
    await watcher.declare({
      "all.yaml": [
        `${head} Cluster\nmetadata: {name: prod}\nspec: {connection: {context: prod}}\n`,
        repositoryOf("hostile"),
        repositoryOf("shop"),
        appOf("web", "shop"),
        ...hanging.map((name) => appOf(name, "hostile", ", namespace: x, render: {kind: helm}")),
      ].join("---\n"),
    });
    await watcher.tell("hostile", hostile);
    await published.until<RenderRequested>(types.requested, ({ unit }) => unit?.app === "hang-0");
    for (const value of ["1", "2", "3"]) {
      await shop.commit({ "web/config.yaml": configMap("web", value) });
      const began = performance.now();
      const seq = await watcher.tell("shop", shop);
      await published.until<DesiredStateChanged>(
        types.desired,
        ({ unit, version }) => unit?.app === "web" && version?.sources[0]?.seq === seq,
      );
      expect(performance.now() - began).toBeLessThan(inTurnMs / 4);
    }
    expect(published.all(types.desired)).toHaveLength(3);
    // What hangs says so, and who waits for it says why.
    const { fact: runs } = await published.until<RenderWaiting>(types.waiting, says("it has been running"));
    const { fact: waits } = await published.until<RenderWaiting>(types.waiting, says("Repository hostile take long"));
    for (const { unit, version, reason } of [runs, waits]) {
      expect(unit?.app).toMatch(/^hang-/);
      expect(reason).toMatchObject({ code: "Pending", remedy: expect.stringMatching(/./) });
      const asked = published
        .all<RenderRequested>(types.requested)
        .findLast(({ fact }) => fact.unit?.app === unit?.app)?.fact;
      expect(version).toEqual(asked?.version);
      expect(asked?.requestedAt).toBeInstanceOf(Date);
    }
  },
);
