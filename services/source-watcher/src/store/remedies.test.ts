import { randomBytes } from "node:crypto";

import { describe, expect, test } from "vitest";

import { readConfig } from "../config.ts";
import { fleetFiles, repositoryText } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";
import type { WatchedGit } from "../story/watched-git.fixture.ts";

// Each remedy of a source that takes too much, as its condition prints it.

const quota = 64 * 1024;
/** What does not compress, so that sizes are what they say. */
const noise = (kib: number): string => `# ${randomBytes(kib * 768).toString("base64")}\n`;
const needed = {
  EVENKEEL_BUS_SEED_FILE: "/etc/seed",
  EVENKEEL_BUS_TRUST_FILE: "/etc/trust",
  EVENKEEL_INSTALLATION: "test",
  EVENKEEL_FLEET_URL: "https://git.example.org/fleet.git",
};
const refused = async (world: WatchedGit) => {
  const { error } = await world.condition("shop", (condition) => condition.error?.code === "QuotaExceeded");
  return { remedy: error?.remedy ?? "", message: error?.message ?? "" };
};

describe("a source that takes too much of the store", { timeout: 120_000 }, () => {
  const tooLarge = async (world: WatchedGit) => {
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch({ sourceQuotaBytes: quota });
    await world.observed("shop", await world.shop.head());
    const large = await world.shop.commit({ "web/app.yaml": "a: 1\n", "web/data.yaml": noise(200) });
    await world.shop.push({ remote: world.shopUrl });
    await watcher.hook("shop");
    return { large, watcher, ...(await refused(world)) };
  };

  test("goes on with the larger setting that is named", async () => {
    await using world = await watchGit();
    const { large, remedy, watcher } = await tooLarge(world);
    const [, name = ""] = /raise (EVENKEEL_SOURCE_QUOTA)\b/.exec(remedy) ?? [];
    await watcher.stop();
    const { sourceQuotaBytes } = readConfig({ ...needed, [name]: "1Mi" });
    expect(sourceQuotaBytes).toBe(1024 * 1024);
    await world.watch({ sourceQuotaBytes });
    await world.observed("shop", large);
    await world.condition("shop", (condition) => condition.error === undefined);
  });

  test("goes on once the large file is out of the paths of applications", async () => {
    await using world = await watchGit();
    const { remedy, watcher } = await tooLarge(world);
    expect(remedy).toMatch(/^keep large files out of the paths of applications/);
    const moved = await world.shop.commit({ "web/data.yaml": null, "data/data.yaml": noise(200) });
    await world.shop.push({ remote: world.shopUrl });
    await watcher.hook("shop");
    await world.observed("shop", moved);
    await world.condition("shop", (condition) => condition.error === undefined);
  });

  test("goes on with the larger stores that are named, where all of them are taken", async () => {
    await using world = await watchGit(0.005);
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    await world.shop.commit({ "web/one.yaml": noise(3_000) });
    await world.shop.push({ remote: world.shopUrl });
    await watcher.hook("shop");
    await world.observed("shop", await world.shop.head());
    const next = await world.shop.commit({ "web/two.yaml": noise(3_000) });
    await world.shop.push({ remote: world.shopUrl });
    await watcher.hook("shop");
    const { message, remedy } = await refused(world);
    expect(message).toMatch(/there is no room for another/);
    expect(remedy).toMatch(/or EVENKEEL_BUS_SIZE$/);
    await world.resize(1);
    await watcher.hook("shop");
    await world.observed("shop", next);
    await world.condition("shop", (condition) => condition.error === undefined);
  });
});

test("a source that is new to a full bucket of tips says so, known ones go on, and the named remedy lets it in", async () => {
  await using world = await watchGit(0.0012);
  const names = Array.from({ length: 12 }, (_, n) => `more${n}`);
  const remotes = await Promise.all(names.map((name) => world.git.create(name)));
  for (const { url } of remotes) await world.shop.push({ remote: url });
  await world.pushFleet(fleetFiles(world));
  const watcher = await world.watch();
  await world.observed("shop", await world.shop.head());
  await world.pushFleet(
    Object.fromEntries(names.map((name, n) => [`${name}.yaml`, repositoryText(name, remotes[n]!.url)])),
  );
  await watcher.hook("_fleet");
  const full = await Promise.any(
    names.map(async (name) => ({
      name,
      ...(await world.condition(name, ({ error }) => error?.code === "ResourceExhausted")),
    })),
  );
  expect(full.error?.message).toMatch(/is new and was not stored: KV_tips has \d+ names/);
  expect(full.error?.remedy).toMatch(/the bus migration with a larger EVENKEEL_BUS_SIZE/);
  const next = await world.shop.commit({ "web/app.yaml": "a: 2\n" });
  await world.shop.push({ remote: world.shopUrl });
  await watcher.hook("shop");
  await world.observed("shop", next);
  await world.resize(1);
  await watcher.hook(full.name);
  await world.condition(full.name, ({ error }) => error === undefined);
  expect((await world.tipOf(full.name))?.source).toBe(full.name);
}, 120_000);
