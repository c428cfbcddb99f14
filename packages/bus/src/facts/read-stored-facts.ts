import { createBell } from "@evenkeel/async";
import { fillSubject, type Flow, type Tokens } from "@evenkeel/contracts";

import { BusRefused, BusUnavailable } from "../bus-errors.ts";
import type { Core } from "../core.ts";
import type { Delivery, StoredFact } from "../port.ts";
import { type RawFact, readFact } from "./read-fact.ts";
import { readStored } from "./read-stored.ts";
import type { WatchedMessage } from "../wire/ordered-feed.ts";
import { watchStream } from "./watch-stream.ts";

/** All facts of one subject from a stream sequence to the end as it was when asked, oldest first. */
export const readAllFacts = async function* <T>(
  core: Core,
  flow: Flow<T>,
  tokens: Tokens,
  fromSequence: number,
  signal: AbortSignal,
): AsyncGenerator<StoredFact<T>> {
  const subject = fillSubject(flow.template, tokens, core.counts);
  const last = await readStored(core.wire, flow.stream, { last_by_subj: subject }, signal);
  if (last === undefined || last.seq < fromSequence) return;
  const queue: WatchedMessage[] = [];
  const changed = createBell();
  const done = new AbortController();
  let lost = false;
  const watching = watchStream(
    core.wire,
    {
      stream: flow.stream,
      filter: subject,
      from: Math.max(1, fromSequence),
      checkMs: 5000,
      onMessage: (message) => {
        queue.push(message);
        changed.ring();
      },
      onCaughtUp: () => changed.ring(),
      onReset: () => {
        lost = true;
        changed.ring();
      },
    },
    AbortSignal.any([signal, done.signal]),
  );
  watching.catch(() => changed.ring());
  try {
    for (;;) {
      signal.throwIfAborted();
      if (lost) throw new BusUnavailable(`${subject} changed its stream while it was read`);
      const message = queue.shift();
      if (message === undefined) {
        await changed.heard();
        continue;
      }
      yield verified<T>(core, { ...message, attempt: 1 });
      if (message.sequence >= last.seq) return;
    }
  } finally {
    done.abort();
  }
};

const verified = <T>(core: Core, raw: RawFact): StoredFact<T> => {
  const read = readFact(core, raw);
  if (!read.ok)
    throw new BusRefused(`${raw.subject} (${raw.sequence}) is not taken for a fact, ${read.fault}: ${read.why}`);
  return { ...(read.delivery as Delivery<T>), body: raw.data };
};
