import { protocolError } from "./network-error.ts";

const NEWLINE = 0x0a;

/** The longest line taken from a watch, in bytes (an object is at most 1.5 MiB, with managedFields less than 10 MB). */
export const MAX_LINE_BYTES = 10_000_000;

/**
 * Cuts a byte stream into lines at 0x0A only (a text splitter would also cut at U+2028). An empty line is left out;
 * a last line without newline is a cut-off and is dropped. Throws ApiError PROTOCOL beyond `maxBytes`.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      const tail = bytes.subarray(start, end);
      const line = pending.length === 0 ? tail : Buffer.concat([...pending, tail]);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
      if (line.length > maxBytes) throw protocolError("watch", `a line of ${line.length} bytes`);
      if (line.length > 0) yield line;
    }
    if (start < bytes.length) {
      pending.push(bytes.subarray(start));
      pendingBytes += bytes.length - start;
      if (pending.length >= 1024) pending = [Buffer.concat(pending)]; // a byte at a time is a hundred times its size
      if (pendingBytes > maxBytes) throw protocolError("watch", `a line of more than ${maxBytes} bytes`);
    }
  }
}
