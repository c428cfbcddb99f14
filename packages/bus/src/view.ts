import { subjectRoot } from "@evenkeel/contracts";

import { tellSafely } from "./bucket.ts";
import type { Core } from "./core.ts";
import type { Delivery, WatchHandlers } from "./port.ts";
import { readFact } from "./read-fact.ts";
import { watchStream } from "./watch-stream.ts";

/** Watches the facts of a stream, newest of each subject first; what is not a verified fact is logged and left out. */
export const viewFacts = (
  core: Core,
  stream: string,
  filter: string,
  handlers: WatchHandlers<Delivery<unknown>>,
  signal: AbortSignal,
): Promise<void> =>
  watchStream(
    core.wire,
    {
      stream,
      filter: subjectRoot + filter,
      checkMs: 5000,
      onMessage: (message) => {
        const read = readFact(core, { ...message, attempt: 1 });
        if (read.ok) return tellSafely(core.wire, handlers, message.subject, () => read.delivery);
        const { subject, sequence } = message;
        core.wire.log.error("message is not taken for a fact", {
          stream,
          subject,
          sequence,
          reason: `${read.fault}: ${read.why}`,
        });
      },
      onCaughtUp: () => handlers.onCaughtUp?.(),
      onReset: () => handlers.onReset?.(),
    },
    signal,
  );
