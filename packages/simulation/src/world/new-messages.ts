import type { SimulatedNats } from "@evenkeel/simulated-nats";

/** What was stored since the last look, oldest first: bodies by subject. */
export type NewMessages = () => readonly { readonly subject: string; readonly body: Uint8Array }[];

/** A stream as the world itself sees it, past the services; of one that was made anew all is new. */
export const newMessagesOf = (server: SimulatedNats, stream: string, filter?: string): NewMessages => {
  let seen = server.stored(stream)?.lastSeq ?? 0;
  return () => {
    const log = server.stored(stream);
    if (log === undefined || log.lastSeq === seen) return [];
    const from = log.lastSeq < seen ? 0 : seen;
    seen = log.lastSeq;
    return [...log.all(filter, from + 1)].filter(({ body }) => body.length > 0);
  };
};
