import { subjectFilter, type Tokens, type ViewedFlow } from "@evenkeel/contracts";

import { tellSafely } from "../state/bucket.ts";
import type { Core } from "../core.ts";
import type { DeliveryOf, WatchHandlers } from "../port.ts";
import { readFact } from "./read-fact.ts";
import { watchStream } from "./watch-stream.ts";

const streamOf = (of: readonly ViewedFlow[]): string => {
  const [stream, ...others] = new Set(of.map((flow) => flow.stream));
  if (stream !== undefined && others.length === 0) return stream;
  throw new TypeError(`a view is of one stream, not of ${of.map(({ type }) => type).join(", ")}`);
};

/** Watches facts of one stream, newest of each subject first; what is not a verified fact is logged and left out. */
export const viewFacts = async <F extends ViewedFlow>(
  core: Core,
  of: readonly F[],
  tokens: Tokens,
  handlers: WatchHandlers<DeliveryOf<F>>,
  signal: AbortSignal,
): Promise<void> => {
  const stream = streamOf(of);
  const types = new Set<string>(of.map(({ type }) => type));
  const filter = subjectFilter(
    of.map(({ template }) => template),
    tokens,
  );
  await watchStream(
    core.wire,
    {
      stream,
      filter,
      checkMs: 5000,
      onMessage: (message) => {
        const read = readFact(core, { ...message, attempt: 1 });
        if (read.ok) {
          const { delivery } = read;
          if (!types.has(delivery.type)) return;
          return tellSafely(core.wire, handlers, message.subject, () => delivery as DeliveryOf<F>);
        }
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
};
