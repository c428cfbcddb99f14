import { findProgram, requireProgram } from "@evenkeel/programs";
import { partitionOf, smallProfile } from "@evenkeel/contracts";
import type { DesiredStateChanged, RenderFailed, RenderRequested, RenderWaiting } from "@evenkeel/contracts";
import { makeRepository } from "@evenkeel/testing";
import { expect, it } from "vitest";

import { configMap } from "../story/fleet.fixture.ts";
import { startRenderer, types } from "../story/start-renderer.fixture.ts";

const head = "apiVersion: evenkeel.dev/v1alpha1\nkind:";
const repositoryOf = (name: string): string =>
  `${head} Repository\nmetadata: {name: ${name}}\nspec: {url: "https://git.example.org/${name}.git"}\n`;
const appOf = (name: string, repository: string, more = ""): string =>
  `${head} Application\nmetadata: {name: ${name}}\nspec: {repository: ${repository}, path: ${name}, targets: {clusterSelector: {}}${more}}\n`;
const says =
  (text: string) =>
  ({ reason }: RenderWaiting): boolean =>
    reason?.message.includes(text) === true;
const partition = (app: string): number => partitionOf("prod", app, smallProfile);
/** All of them stand in line with the application that they are not to delay. */
const hanging = Array.from({ length: 3_000 }, (_, n) => `hang-${n}`)
  .filter((name) => partition(name) === partition("web"))
  .slice(0, 200);
const places = 4;
/** Templates that a limit stops: of memory within seconds, at another moment each, or of time. */
const fills = "{{- range until 2000000000 }}{{- end }}\n";
const loops = "{{- range until 50000 }}{{- range until 50000 }}{{- end }}{{- end }}\n";
const chartOf = (name: string, n: number) => ({
  [`${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
  [`${name}/templates/a.yaml`]: n === 0 ? loops : fills,
});

it(
  "two hundred applications that hang keep no commit of another source waiting for more than its own render and one place",
  { timeout: 180_000 },
  async () => {
    const helm = { path: await requireProgram("helm"), version: (await findProgram("helm")).version ?? "unknown" };
    await using renderer = await startRenderer({ helm, renders: places });
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
    // They end after some seconds, one by one, and each place that they leave is taken again at once.
    const ended = (): number => published.all(types.failed).length;
    await published.until<RenderFailed>(types.failed, () => true);
    for (const value of ["1", "2", "3"]) {
      await shop.commit({ "web/config.yaml": configMap("web", value) });
      const before = ended();
      const seq = await watcher.tell("shop", shop);
      await published.until<DesiredStateChanged>(
        types.desired,
        ({ unit, version }) => unit?.app === "web" && version?.sources[0]?.seq === seq,
      );
      expect(ended() - before).toBeLessThanOrEqual(places);
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
