import { flowsOf, CommitObserved, type DeadLetter, flows } from "@evenkeel/contracts";

import type { TestBus } from "./bus.fixture.ts";
import { createMailbox } from "./consume/mailbox.ts";
import type { Bus, Handler } from "./port.ts";
import { route } from "./consume/route.ts";

// For the tests of this package only: commits, and who handles them.

export const flow = flows.commitObserved;
export const commit = (source: string, seq: bigint) =>
  CommitObserved.fromPartial({ source, seq, revision: "a".repeat(40) });

/** The renderer's planner loops, with one handler. */
export const plan = (renderer: Bus, handle: Handler<CommitObserved>, options: { readonly reset?: boolean } = {}) => {
  const stop = new AbortController();
  const mailbox = createMailbox();
  const loops = [0, 1, 2, 3].map((s) =>
    renderer.consume(`planner-${s}`, [route(flow, handle)], { mailbox, ...options }, stop.signal),
  );
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("test ends"));
      await Promise.all(loops);
    },
  };
};

/** Dead letters as the status-api sees them. */
export const viewLetters = async (bus: TestBus, signal: AbortSignal): Promise<DeadLetter[]> => {
  const letters: DeadLetter[] = [];
  const viewer = await bus.connect("status-api");
  await viewer.view(
    flowsOf("DEADLETTERS"),
    {},
    { onEntry: ({ fact }) => void letters.push(fact as DeadLetter) },
    signal,
  );
  return letters;
};
