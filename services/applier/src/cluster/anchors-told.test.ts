import { flowsOf, AnchorsRead, ApplyResult, flows } from "@evenkeel/contracts";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { configMap } from "../story/config-map.fixture.ts";
import { startStory } from "../story/story.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";

const timeout = 60_000;
const lineage = "a".repeat(40);

describe.skipIf(!controlPlaneAvailable)("what a cluster was given, and a bus that forgot it", { timeout }, () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory();
  }, timeout);
  afterAll(async () => story?.[Symbol.asyncDispose](), timeout);

  test("is told to a bus that was made anew, before anything is applied from it", async () => {
    const app = "told";
    await story.declare(app);
    const first = await story.start();
    await story.desire(app, [configMap(app)], 70, { lineage });
    await story.finished(app);
    await first.stop();
    // Epochs begin at the second in which a bus is made: no bus is made anew within that of the one before.
    const made = Date.now();
    await eventually(() => Math.floor(Date.now() / 1000) > Math.floor(made / 1000));
    await using anew = await startStory();
    const told = Promise.withResolvers<AnchorsRead>();
    const onEntry = ({ fact }: { readonly fact: unknown }): void => told.resolve(fact as AnchorsRead);
    const stop = new AbortController();
    await anew.buses["source-watcher"].view(flowsOf("ANCHORS"), {}, { onEntry }, stop.signal);
    await anew.declare(app);
    await anew.approve(app, "none");
    const second = await anew.start();
    const fact = await told.promise;
    expect(fact).toMatchObject({ cluster: "local", part: 0, unread: undefined });
    expect(fact.seq).toBeGreaterThanOrEqual(100n);
    const tip = "70".padStart(40, "0");
    expect(fact.lineages).toContainEqual(
      expect.objectContaining({ source: "app", gitRef: "refs/heads/main", lineage, tip, seq: 70n }),
    );
    // The fleet revision it was planned from, too: of a lost bus's fleet nothing else knows.
    expect(fact.lineages).toContainEqual(expect.objectContaining({ source: "_fleet", lineage, tip, seq: 100n }));
    expect(
      await anew.buses["source-watcher"].readLast(flows.anchorsRead, { cluster: "local", part: "0" }),
    ).toBeDefined();
    // What is given afterwards is in no word before somebody asks; then the question is answered by what holds now.
    await anew.desire(app, [configMap(app, { a: "2" })], 170, { lineage });
    await anew.finished(app);
    let asked = 0;
    const ask = async (): Promise<AnchorsRead> => {
      const question = `question ${(asked += 1)}`;
      await anew.buses["source-watcher"].publish(flows.anchorsAsked, { cluster: "local", question });
      const answer = async () =>
        (await anew.buses["source-watcher"].readLast(flows.anchorsRead, { cluster: "local", part: "0" }))?.fact;
      await expect.poll(answer, { timeout: 20_000 }).toMatchObject({ asked: question });
      return (await answer()) ?? fact;
    };
    // An anchor is written some seconds after its apply.
    await expect
      .poll(async () => (await ask()).lineages, { timeout: 20_000 })
      .toContainEqual(expect.objectContaining({ source: "app", seq: 170n }));
    stop.abort();
    await second.stop();
  });

  test("is not followed by another lineage with a higher number, but by one that goes on from it", async () => {
    const app = "rewritten";
    await story.declare(app);
    const applier = await story.start();
    await story.desire(app, [configMap(app)], 5, { lineage });
    await story.finished(app);
    await story.desire(app, [configMap(app, { a: "rewritten" })], 900, { lineage: "b".repeat(40) });
    const behind = await story.finished(app, ({ result }) => result === ApplyResult.SEQ_BEHIND);
    expect(behind.anchoredLineage).toMatchObject({ lineage, tip: "5".padStart(40, "0") });
    expect((await story.live(configMap(app)))?.["data"]).not.toEqual({ a: "rewritten" });
    await story.desire(app, [configMap(app, { a: "rewritten" })], 901, { lineage: "b".repeat(40), follows: [lineage] });
    await story.finished(
      app,
      ({ result, version }) => result === ApplyResult.APPLIED && version?.sources[0]?.seq === 901n,
    );
    expect((await story.live(configMap(app)))?.["data"]).toEqual({ a: "rewritten" });
    await applier.stop();
  });
});
