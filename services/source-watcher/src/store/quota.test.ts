import { expect, describe, test } from "vitest";

import { fleetFiles, repositoryText } from "../story/fleet-files.fixture.ts";
import { gitKeys, watchGit } from "../story/watched-git.fixture.ts";
import type { WatchedGit } from "../story/watched-git.fixture.ts";

const quota = 64 * 1024;
// What does not compress, so that sizes are what they say.
const noise = (kib: number): string =>
  Array.from({ length: kib * 64 }, (_unused, n) =>
    ((n * 2_654_435_761 + kib) % 2 ** 32).toString(36).padStart(15, "x"),
  ).join("\n");
const blobOf = async (world: WatchedGit, path: string): Promise<string> =>
  `git.${(await world.shop.git("rev-parse", `HEAD:${path}`)).trim()}`;

describe("what one source may take of the store", { timeout: 60_000 }, () => {
  test("is what its applications read, however large the rest of its repository is", async () => {
    await using world = await watchGit();
    await world.shop.commit({
      "web/kustomization.yaml": "resources: [../shared/base, app.yaml]\n",
      "web/app.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
      "shared/base/kustomization.yaml": "resources: [base.yaml]\nconfigMapGenerator: [{name: f, files: [data.txt]}]\n",
      "shared/base/base.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
      "shared/base/data.txt": "data\n",
      "videos/large.bin": noise(200),
    });
    await world.shop.push();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch({ sourceQuotaBytes: quota });
    await world.observed("shop", await world.shop.head());
    const keys = await gitKeys(world);
    for (const path of [
      "web/kustomization.yaml",
      "web/app.yaml",
      "shared/base/base.yaml",
      "shared/base/data.txt",
      "videos",
    ])
      expect(keys, path).toContain(await blobOf(world, path));
    expect(keys).not.toContain(await blobOf(world, "videos/large.bin"));

    // A file that was there all along is needed from this commit on.
    await world.shop.commit({ "other/app.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: o}\n" });
    await world.shop.push();
    await watcher.hook("shop");
    await world.observed("shop", await world.shop.head());
    expect(await gitKeys(world)).not.toContain(await blobOf(world, "other/app.yaml"));
    const next = await world.shop.commit({
      "web/kustomization.yaml": "resources: [../other, app.yaml]\n",
      "other/kustomization.yaml": "resources: [app.yaml]\n",
    });
    await world.shop.push();
    await watcher.hook("shop");
    await world.observed("shop", next);
    expect(await gitKeys(world)).toContain(await blobOf(world, "other/app.yaml"));
  });

  test("grows with the applications that are declared, without a commit of its own", async () => {
    await using world = await watchGit();
    const config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    await world.shop.commit({
      "web/app.yaml": config,
      "late/app.yaml": `${config}data: {late: "1"}\n`,
      "x.bin": noise(200),
    });
    await world.shop.push();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch({ sourceQuotaBytes: quota });
    await world.observed("shop", await world.shop.head());
    const late = await blobOf(world, "late/app.yaml");
    expect(await gitKeys(world)).not.toContain(late);
    const { "applications.yaml": web } = fleetFiles(world);
    await world.pushFleet({ "applications.yaml": `${web}---\n${web.replaceAll("web", "late")}` });
    await watcher.hook("_fleet");
    await expect.poll(() => gitKeys(world), { timeout: 20_000 }).toContain(late);
  });

  test("is refused with the reason where it is too much, and no other source suffers", async () => {
    await using world = await watchGit();
    const first = await world.shop.head();
    const other = await world.git.create("other");
    await world.shop.push({ remote: other.url });
    await world.pushFleet({ ...fleetFiles(world), "other.yaml": repositoryText("other", other.url) });
    const watcher = await world.watch({ sourceQuotaBytes: quota });
    await Promise.all([world.observed("shop", first), world.observed("other", first)]);
    const before = await gitKeys(world);
    const large = await world.shop.commit({ "web/data.yaml": `# ${noise(200).replaceAll("\n", " ")}\n` });
    await world.shop.push({ remote: world.shopUrl });
    await watcher.hook("shop");
    const { error } = await world.condition("shop", (condition) => condition.error !== undefined);
    expect(error).toMatchObject({ code: "QuotaExceeded", message: expect.stringMatching(/more than the 0\.1 MiB/) });
    expect(await gitKeys(world)).toEqual(before);
    expect((await world.tipOf("shop"))?.revision).toBe(first);
    await world.shop.reset(first);
    const small = await world.shop.commit({ "web/data.yaml": "a: 1\n" });
    await world.shop.push({ remote: other.url });
    await watcher.hook("other");
    await world.observed("other", small);
    await world.shop.push({ remote: world.shopUrl, force: true });
    await watcher.hook("shop");
    await world.observed("shop", small);
    await world.condition("shop", (condition) => condition.error === undefined);
    expect(large).not.toBe(small);
  });
});
