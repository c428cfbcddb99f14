import { readFile, writeFile } from "node:fs/promises";

import { Sync } from "@evenkeel/contracts";
import { controlPlaneAvailable, startTcpProxy } from "@evenkeel/testing";
import type { ControlPlane, TcpProxy } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { configMap } from "../matrix/manifests.fixture.ts";
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
  }, 180_000); // an API server starts within it

  test("says of a cluster that was never reached that it does not answer, and why", async () => {
    await using story = await startStory("correct", async ({ kubeconfigPath, server }) => {
      const nowhere = `${kubeconfigPath}-nowhere`;
      await writeFile(nowhere, (await readFile(kubeconfigPath, "utf8")).replace(server, "https://127.0.0.1:1"));
      return nowhere;
    });
    await story.desire([configMap("a")], 1);
    const { unreachable } = await story.heard.until("cluster", (fact) => fact.unreachable !== undefined);
    expect(unreachable).toMatchObject({ code: "ApiUnavailable", remedy: expect.stringContaining("API server") });
    expect(unreachable?.message).toMatch(/^cluster local: .*ECONNREFUSED/);
  }, 180_000); // an API server starts within it

  test.each([
    ["hangs", async (proxy: TcpProxy) => proxy.hang(), /no answer within 3000 ms/],
    ["refuses connections", (proxy: TcpProxy) => proxy.refuse(), /ECONNREFUSED|socket|closed/],
  ])(
    "says that a cluster %s, since its last answer, and that it answers again",
    async (_title, cut, why) => {
      await using stack = new AsyncDisposableStack();
      let proxy: TcpProxy | undefined;
      const through = async ({ kubeconfigPath, server }: ControlPlane): Promise<string> => {
        proxy = stack.use(await startTcpProxy(Number(new URL(server).port)));
        const file = `${kubeconfigPath}-through-${proxy.port}`;
        const text = (await readFile(kubeconfigPath, "utf8")).replace(server, `https://127.0.0.1:${proxy.port}`);
        await writeFile(file, text);
        return file;
      };
      const story = stack.use(await startStory("correct", through));
      await story.desire([configMap("a")], 1);
      await story.heard.until("cluster", (fact) => fact.unreachable === undefined);
      const cutAt = Date.now();
      await cut(proxy!);
      const told = await story.heard.until("cluster", (fact) => fact.unreachable !== undefined);
      expect(told.unreachable?.code).toBe("ApiUnavailable");
      expect(told.unreachable?.message).toMatch(why);
      expect(told.since!.getTime()).toBeLessThanOrEqual(cutAt + 1_000);
      const before = story.heard.cluster.length;
      await proxy!.open();
      await story.heard.until("cluster", (fact) => fact.unreachable === undefined, before);
    },
    90_000,
  );
});
