import type { Readable } from "node:stream";

/** The whole body, or `undefined` once it is longer than `limit`; what follows is then thrown away unread. */
export const readBody = async (request: Readable, limit: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (size > limit * 4) break; // politeness ends: the connection is cut
  }
  return size > limit ? undefined : Buffer.concat(chunks, size);
};
