import { describe, expect, test } from "vitest";

import { fleetFiles, repositoryText } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";

// What `evenkeel validate` tells who wants suspend or pin: name the commit that is to stay.
describe("a Repository that names a commit", { timeout: 60_000 }, () => {
  test("stays there whatever is pushed, and goes on from there once it follows its branch again", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    const first = await world.shop.head();
    await world.observed("shop", first);

    const frozen = { "repositories.yaml": repositoryText("shop", world.shopUrl, `{commit: ${first}}`) };
    const held = await world.pushFleet(frozen);
    await watcher.hook("_fleet");
    await world.observed("_fleet", held);
    const second = await world.shop.commit({ "web/app.yaml": "a: 2\n" });
    await world.shop.push();
    await watcher.hook("shop");
    // Another fleet revision is taken after the push event: had the push moved anything, it would be seen by then.
    const later = await world.pushFleet({ "note.yaml": repositoryText("other", world.shopUrl) });
    await watcher.hook("_fleet");
    await world.observed("_fleet", later);
    await world.observed("other", second);
    expect((await world.tipOf("shop"))?.revision).toBe(first);
    expect(world.commits("shop").map(([, revision]) => revision)).not.toContain(second);

    const lifted = await world.pushFleet({ "repositories.yaml": repositoryText("shop", world.shopUrl) });
    await watcher.hook("_fleet");
    await world.observed("_fleet", lifted);
    await watcher.hook("shop");
    expect(await world.observed("shop", second)).toMatchObject({ revision: second });
  });
});
