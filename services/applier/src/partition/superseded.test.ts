import { ApplyResult, EntryKind } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { startStory } from "../story/story.fixture.ts";

const configMap = (name: string, revision: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { revision },
});
const many = 600;
const isAt =
  (seq: bigint) => (fact: { readonly version?: { readonly sources: readonly { seq: bigint }[] } | undefined }) =>
    fact.version?.sources[0]?.seq === seq;

describe.skipIf(!controlPlaneAvailable)("a newer desired that comes while a plan is carried out", () => {
  test("ends it between two objects: the rest of the old plan is not written", async () => {
    await using story = await startStory();
    await using stack = new AsyncDisposableStack();
    const applier = await story.start();
    stack.defer(() => applier.stop());
    await story.declare("app");
    const old = Array.from({ length: many }, (_, n) => configMap(`old-${n}`, "1"));
    await story.desire("app", old, 1);
    await eventually(async () => (await story.live(old[0]!)) !== undefined);
    await story.desire("app", [configMap("new", "2"), configMap("old-0", "2")], 2);

    const first = await story.finished("app", isAt(1n));
    expect(first).toMatchObject({ result: ApplyResult.SUPERSEDED, failed: [] });
    expect(first.created).toBeGreaterThan(0);
    expect(first.notTried).toBeGreaterThan(0);
    expect(first.created + first.notTried).toBe(many);
    await story.finished("app", (fact) => isAt(2n)(fact) && fact.result === ApplyResult.APPLIED);
    expect((await story.live(configMap("new", "2")))?.["data"]).toEqual({ revision: "2" });
    expect((await story.live(old[0]!))?.["data"]).toEqual({ revision: "2" });
    const live = await Promise.all(old.map((object) => story.live(object)));
    expect(live.filter((object) => object !== undefined)).toHaveLength(first.created);

    // The ledger says the same: the old plan was closed, unfinished, before the new one was begun.
    const entries = await story.ledger("app");
    const told = entries.flatMap(({ kind, units }) => units.map((unit) => ({ kind, unit })));
    const ended = told.findIndex(({ kind, unit }) => kind === EntryKind.OUTCOME && isAt(1n)(unit));
    const begun = told.findIndex(({ kind, unit }) => kind === EntryKind.INTENT && isAt(2n)(unit));
    expect(ended).toBeGreaterThan(0);
    expect(begun).toBeGreaterThan(ended);
    expect(told[ended]?.unit).toMatchObject({ result: "superseded", writeCount: many });
  }, 180_000);
});
