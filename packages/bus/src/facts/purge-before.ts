import { fillSubject, type Flow, type Tokens } from "@evenkeel/contracts";

import type { Core } from "../core.ts";
import { parseAnswer, retried } from "./read-stored.ts";

const TIMEOUT_MS = 5000;

/**
 * Removes what lies on one subject before a stream sequence. Nothing that is stored later can be hit by it, however late it
 * arrives: the sequence is its fence.
 */
export const purgeBefore = <T>(
  core: Core,
  flow: Flow<T>,
  tokens: Tokens,
  sequence: number,
  signal?: AbortSignal,
): Promise<number> => {
  const filter = fillSubject(flow.template, tokens, core.counts);
  const body = Buffer.from(JSON.stringify({ filter, seq: sequence }));
  return retried(
    core.wire,
    async () => {
      const subject = `$JS.API.STREAM.PURGE.${flow.stream}`;
      const answer = await core.wire.requests.send(subject, body, { timeoutMs: TIMEOUT_MS, signal });
      return parseAnswer<{ readonly purged: number }>(answer).purged;
    },
    `${filter} before ${sequence}`,
    signal,
  );
};
