import { ApplyResult } from "@evenkeel/contracts";
import type { UnitVersion } from "@evenkeel/contracts";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { configMap } from "../story/config-map.fixture.ts";
import { startStory } from "../story/story.fixture.ts";
import type { DesireOptions, Story } from "../story/story-parts.fixture.ts";

const version = (fleet: bigint, seq: bigint): UnitVersion => ({
  fleet,
  selection: 1n,
  sources: [{ source: "app", seq }],
  tools: 1n,
});

describe.skipIf(!controlPlaneAvailable)(
  "a desired that says something else than was signed, on a real nats-server and kube-apiserver",
  { timeout: 30_000 },
  () => {
    let story: Story;
    beforeAll(async () => {
      story = await startStory();
      await story.start();
    }, 120_000);
    afterAll(async () => {
      await story?.[Symbol.asyncDispose]();
    });

    test.each<[string, NonNullable<DesireOptions["says"]>, string]>([
      ["another tree", { tree: "e".repeat(40) }, "its tree is eeee"],
      ["another commit", { revision: "e".repeat(40) }, "its revision is eeee"],
      ["the content of another repository", { source: "theirs" }, "declared is app"],
      ["a number that was not given", { version: version(100n, 8n) }, "seq is 8, signed was 9"],
      ["a fleet revision that was not accepted", { version: version(101n, 9n) }, "fleet's seq is 101, signed was 100"],
      ["a source without a statement", { lineage: undefined }, "nothing signed says where"],
      ["a fleet without a statement", { fleetStatement: undefined }, "which fleet revision"],
    ])("%s is refused", async (title, says, words) => {
      const app = `says-${title.replaceAll(" ", "-").slice(0, 40)}`;
      await story.declare(app);
      await story.desire(app, [configMap(`${app}-a`)], 9, { says });
      const fact = await story.finished(app);
      expect(fact).toMatchObject({ result: ApplyResult.HELD, reason: { code: "SignatureRefused" } });
      expect(fact.reason?.message).toContain(words);
      expect(await story.live(configMap(`${app}-a`))).toBeUndefined();
    });

    test.each<[string, NonNullable<DesireOptions["says"]>, string]>([
      ["without a statement of its source", { lineage: undefined }, "nothing signed says where"],
      ["without a statement of its fleet", { fleetStatement: undefined }, "which fleet revision"],
      ["of another fleet revision", { version: version(300n, 10n) }, "fleet's seq is 300, signed was 200"],
    ])("a tombstone %s deletes nothing", async (title, says, words) => {
      const app = `gone-${title.replaceAll(" ", "-").slice(0, 40)}`;
      await story.declare(app, { deletionPolicy: "delete" });
      await story.desire(app, [configMap(`${app}-a`)], 9);
      await story.finished(app);
      await story.desire(app, [], 10, { removed: true, fleet: 200n, says });
      const fact = await story.finished(app, ({ result }) => result === ApplyResult.HELD);
      expect(fact.reason).toMatchObject({ code: "SignatureRefused" });
      expect(fact.reason?.message).toContain(words);
      expect(await story.live(configMap(`${app}-a`))).toBeDefined();
      expect((await story.inventory(app))?.items).toHaveLength(1);
    });

    test("declarations that the source-watcher did not sign are refused", async () => {
      await story.declare("declared");
      const signed = await story.desire("declared", [configMap("declared-a")], 1);
      await story.finished("declared");
      await story.declare("declared", { adopt: "takeover" });
      const other = await story.desire("declared", [configMap("declared-a")], 2);
      await story.finished("declared", ({ version: at }) => at?.sources[0]?.seq === 2n);
      const says = { declarationsDigest: signed.declarationsDigest };
      expect(other.declarationsDigest).not.toBe(signed.declarationsDigest);
      await story.desire("declared", [configMap("declared-a", { a: "3" })], 3, { says });
      const fact = await story.finished("declared", ({ result }) => result === ApplyResult.HELD);
      expect(fact.reason).toMatchObject({ code: "SignatureRefused" });
      expect(fact.reason?.message).toContain("its declarations digest is");
      expect((await story.live(configMap("declared-a")))?.["data"]).toEqual({ a: "1" });
    });
  },
);
