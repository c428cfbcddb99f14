import { ApplyResult, EntryKind } from "@evenkeel/contracts";
import { APP_LABEL, OWN_ANNOTATIONS } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startStory } from "./story.fixture.ts";
import type { Story } from "./story.fixture.ts";

const configMap = (name: string, data: Record<string, string> = { a: "1" }): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});

describe.skipIf(!controlPlaneAvailable)("the applier on a real nats-server and kube-apiserver", () => {
  let story: Story;
  beforeAll(async () => {
    story = await startStory();
    await story.start();
  }, 120_000);
  afterAll(async () => {
    await story?.[Symbol.asyncDispose]();
  });

  test("makes a desired live, with intent and outcome in the ledger and the answers in the inventory", async () => {
    await story.declare("first");
    await story.desire("first", [configMap("first-a"), configMap("first-b")], 5);
    const fact = await story.finished("first");
    expect(fact).toMatchObject({ result: ApplyResult.APPLIED, created: 2, failed: [], notTried: 0 });
    const live = await story.live(configMap("first-a"));
    expect(live?.metadata.labels?.[APP_LABEL]).toBe(story.unit("first").appUid);
    expect(live?.metadata.annotations?.[OWN_ANNOTATIONS.seq]).toBe("5");
    const inventory = await story.inventory("first");
    expect(inventory).toMatchObject({ complete: true, digest: fact.digest });
    expect(inventory?.items.map(({ uid, record }) => [uid, record?.resourceVersion])).toContainEqual([
      live?.metadata.uid,
      live?.metadata.resourceVersion,
    ]);
    const ledger = await story.ledger("first");
    const kinds = ledger
      .filter(({ units, kind }) => kind === EntryKind.TAKEOVER || units.length > 0)
      .map(({ kind }) => kind);
    expect(kinds).toEqual([EntryKind.TAKEOVER, EntryKind.INTENT, EntryKind.OUTCOME]);
  });
});
