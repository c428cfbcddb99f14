import { AnchorsRead, flows } from "@evenkeel/contracts";
import { eventually } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

import { clusterFile, say } from "../story/anchors-told.fixture.ts";
import { fleetFiles } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";
import type { WatchedGit } from "../story/watched-git.fixture.ts";

/** A watcher that goes on from a stored tip, over clusters that are answered for by nobody but the test. */
const asking = async (world: WatchedGit, ...clusters: readonly string[]): Promise<string> => {
  await world.pushFleet({ ...fleetFiles(world) });
  const first = await world.watch();
  await world.observed("shop", await world.shop.head());
  await world.pushFleet(clusterFile(...clusters));
  await first.hook("_fleet");
  await world.observed("_fleet", await world.fleet.head());
  await first.stop();
  const given = await world.shop.commit({ "web/app.yaml": "a: 1\n" });
  await world.shop.push();
  await world.watch();
  return given;
};

const questionTo = async (world: WatchedGit, cluster: string, after = ""): Promise<string> =>
  eventually(
    async () => {
      const asked = await (await world.as("applier")).readLast(flows.anchorsAsked, { cluster });
      expect(asked?.fact.question ?? after).not.toBe(after);
      return asked?.fact.question ?? "";
    },
    { timeoutMs: 60_000 },
  );

/** A part of the word of an applier: both have read prod, each for itself. */
const tellPart = async (world: WatchedGit, asked: string, [cause, part]: readonly [string, number]): Promise<void> => {
  const fact = AnchorsRead.fromPartial({ cluster: "prod", parts: 2, part, seq: 3n, asked, cause });
  await (await world.as("applier")).publish(flows.anchorsRead, fact);
};

describe("what two appliers tell of one cluster", { timeout: 120_000 }, () => {
  it.each<readonly [string, readonly (readonly [string, number])[]]>([
    [
      "in parts that come between each other's",
      [
        ["X", 1],
        ["Y", 1],
        ["X", 0],
        ["Y", 0],
      ],
    ],
    [
      "where one goes on after the other has told all",
      [
        ["Y", 1],
        ["Y", 0],
        ["X", 0],
      ],
    ],
  ])("is an answer %s", async (_title, parts) => {
    await using world = await watchGit();
    const given = await asking(world, "prod");
    const question = await questionTo(world, "prod");
    for (const part of parts) await tellPart(world, question, part);
    await world.observed("shop", given);
  });

  it("stays an answer where a word to no question, and one that it cannot be read, come after it", async () => {
    await using world = await watchGit();
    const given = await asking(world, "prod", "edge");
    await say(world, { cluster: "prod", seq: 3n }, await questionTo(world, "prod"));
    await say(world, { cluster: "prod", seq: 4n }, "");
    const unread = { code: "ApiUnavailable", message: "cluster prod does not answer", remedy: "look at it" };
    await say(world, { cluster: "prod", unread }, "");
    await say(world, { cluster: "edge", seq: 3n }, await questionTo(world, "edge"));
    await world.observed("shop", given);
  });

  it("is asked for again where one part of each is all that came", async () => {
    await using world = await watchGit();
    const given = await asking(world, "prod");
    const question = await questionTo(world, "prod");
    await tellPart(world, question, ["Y", 1]);
    await tellPart(world, question, ["X", 0]);
    const again = await questionTo(world, "prod", question);
    await tellPart(world, again, ["Z", 1]);
    await tellPart(world, again, ["Z", 0]);
    await world.observed("shop", given);
  });
});
