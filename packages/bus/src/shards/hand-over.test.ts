import { expect, test } from "vitest";

import { startTestBus } from "../bus.fixture.ts";
import { commit, flow, plan } from "../commit.fixture.ts";
import { done } from "../port.ts";

/** A pull lives for 5 s, and is looked for some longer; ack_wait would be 30 s. */
const mostMs = 12_000;

test.each([
  ["of its process", true],
  ["of its loops alone", false],
])(
  "on three servers what is published after the end %s reaches the next owner long before its ack wait",
  async (_title, endsProcess) => {
    await using bus = await startTestBus(3);
    const watcher = await bus.connect("source-watcher");
    let seq = 0n;
    const handledBy = (renderer: Awaited<ReturnType<typeof bus.connect>>) => {
      const handled = new Map<bigint, () => void>();
      const loops = plan(
        renderer,
        async ({ fact }) => {
          handled.get(fact.seq)?.();
          return done;
        },
        { reset: true },
      );
      const handles = async (): Promise<number> => {
        const startedAt = performance.now();
        const { promise, resolve } = Promise.withResolvers<void>();
        handled.set((seq += 1n), resolve);
        await watcher.publish(flow, commit("web", seq));
        await promise;
        return performance.now() - startedAt;
      };
      return { loops, handles };
    };
    let renderer = await bus.connect("renderer", "one");
    for (let round = 0; round < 6; round++) {
      const { loops, handles } = handledBy(renderer);
      expect([round, (await handles()) < mostMs]).toEqual([round, true]);
      await loops[Symbol.asyncDispose]();
      if (!endsProcess) continue;
      await renderer[Symbol.asyncDispose]();
      renderer = await bus.connect("renderer", "one");
    }
  },
  200_000,
);
