import { expect, test } from "vitest";
import { CommitObserved, flows } from "@evenkeel/contracts";

import { startTestBus } from "./bus-fixture.ts";
import { done } from "./port.ts";
import { route } from "./route.ts";

const commit = (source: string, seq: bigint) => CommitObserved.fromPartial({ source, seq, revision: "a".repeat(40) });

test("a published fact reaches the durable of its shard once", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  const renderer = await bus.connect("renderer");
  const stop = new AbortController();
  const { promise: got, resolve } = Promise.withResolvers<CommitObserved>();
  const loops = [0, 1, 2, 3].map((s) =>
    renderer.consume(
      `planner-${s}`,
      [
        route(flows.commitObserved, async ({ fact }) => {
          resolve(fact);
          return done;
        }),
      ],
      {},
      stop.signal,
    ),
  );
  const sent = await watcher.publish(flows.commitObserved, commit("web", 1n));
  expect(sent.duplicate).toBe(false);
  expect((await got).source).toBe("web");
  expect((await watcher.publish(flows.commitObserved, commit("web", 1n))).duplicate).toBe(true);
  stop.abort();
  await Promise.all(loops);
});
