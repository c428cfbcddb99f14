import { readFile, writeFile } from "node:fs/promises";

import { Sync } from "@evenkeel/contracts";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { configMap } from "./matrix/manifests.ts";
import { startStory } from "./story.fixture.ts";

describe.skipIf(!controlPlaneAvailable)("a detector that cannot see", () => {
  test("says Unknown of a kind it may not list, never Synced and never missing", async () => {
    await using story = await startStory("correct", async ({ user }) => (await user("blind-detector")).kubeconfigPath);
    await story.desire([configMap("a")], 1);
    await story.apply([configMap("a")], 1);
    const unknown = await story.heard.until("health", (fact) => fact.sync === Sync.UNKNOWN);
    expect(unknown.message).toMatch(/ConfigMap cannot be watched: .*Forbidden.*cannot list/);
    expect(story.heard.health.filter((fact) => fact.sync === Sync.SYNCED)).toEqual([]);
    expect(story.heard.drift).toEqual([]);
  }, 60_000);

  test("says Unknown of the units of a cluster that is out of reach, and why", async () => {
    await using story = await startStory("correct", async ({ kubeconfigPath, server }) => {
      const nowhere = `${kubeconfigPath}-nowhere`;
      await writeFile(nowhere, (await readFile(kubeconfigPath, "utf8")).replace(server, "https://127.0.0.1:1"));
      return nowhere;
    });
    await story.desire([configMap("a")], 1);
    const unknown = await story.heard.until("health", (fact) => fact.sync === Sync.UNKNOWN);
    expect(unknown.message).toMatch(/cluster local cannot be reached: .*ECONNREFUSED/);
  }, 60_000);
});
