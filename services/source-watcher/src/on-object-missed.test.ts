import { openArtifacts } from "@evenkeel/artifacts";
import { flows } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { fleetFiles } from "./story/fleet-files.fixture.ts";
import { watchGit } from "./story/watched-git.fixture.ts";

test(
  "one object under junk, whose root is whole, is put again once a renderer has missed it",
  { timeout: 60_000 },
  async () => {
    await using world = await watchGit();
    const large = "x: ".padEnd(40_000, "y");
    const tip = await world.shop.commit({ "web/app.yaml": "a: 1\n", "web/large.yaml": large });
    await world.shop.push();
    await world.pushFleet(fleetFiles(world));
    await world.watch();
    await world.observed("shop", tip);
    const renderer = await world.as("renderer");
    for (const [n, path] of ["web/app.yaml", "web/large.yaml", "web"].entries()) {
      const oid = (await world.shop.git("rev-parse", `HEAD:${path}`)).trim();
      const read = () => openArtifacts(renderer).get(`git.${oid}`);
      const good = await read();
      await world.junkOver("blobs", `git.${oid}`);
      expect(await read()).toBeUndefined();
      await renderer.publish(flows.objectMissed, { oid, atMs: BigInt(n) });
      await expect.poll(read, { timeout: 10_000 }).toEqual(good);
    }
  },
);
