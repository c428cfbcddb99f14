import { execFileSync } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually, temporaryFolder } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { installation, startStory } from "../../story/story.fixture.ts";

const objectsOf = (round: number): readonly KubeObject[] =>
  Array.from({ length: 20 }, (_, n) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `app-${n}` },
    data: { round: String(round) },
  }));

/** The process that touches the export folder, as far as one is there. */
const exportOf = async (pid: number): Promise<number | undefined> => {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ").filter(Boolean);
  for (const child of children) {
    const command = await readFile(`/proc/${child}/cmdline`, "utf8").catch(() => "");
    if (command.includes("export-process")) return Number(child);
  }
  return undefined;
};

/** Below the twenty seconds of EVENKEEL_GRACE, and the thirty of an export that does not answer. */
const ENDS_WITHIN_MS = 15_000;

describe.skipIf(!controlPlaneAvailable)("an applier process whose export folder does not answer", () => {
  test("ends by SIGTERM within its grace, and leaves no process behind", async () => {
    await using story = await startStory({ size: 0.001 });
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, installation));
    await story.declare("app");
    const applier = await story.spawn("hanging", [], folder.path);
    // What waits for a volume cannot be told from what stands still.
    let stopped: number | undefined;
    const watching = eventually(
      async () => {
        stopped = await exportOf(applier.pid);
        if (stopped === undefined) return false;
        execFileSync("kill", ["-STOP", String(stopped)]);
        return true;
      },
      { timeoutMs: 150_000, intervalMs: 5 },
    );
    watching.catch(() => {});
    for (let round = 1; stopped === undefined; round += 1) {
      const from = story.heard.length;
      await story.desire("app", objectsOf(round), round);
      const applied = story.finished("app", ({ version }) => version?.sources[0]?.seq === BigInt(round), from);
      applied.catch(() => {});
      // A ledger as small as this one may have no room for the outcome before the export has ended.
      await Promise.race([applied, watching]);
    }
    await watching;
    const from = performance.now();
    await applier.end("SIGTERM");
    expect(performance.now() - from).toBeLessThan(ENDS_WITHIN_MS);
    expect(applier.log.filter((line) => line.includes("not done within the grace period"))).toEqual([]);
    await eventually(async () => {
      const command = await readFile(`/proc/${stopped}/cmdline`, "utf8").catch(() => "");
      expect(command).not.toContain("export-process");
    });
  }, 200_000);
});
