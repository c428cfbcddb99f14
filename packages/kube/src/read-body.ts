import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { AnswerTooLarge, protocolError } from "./network-error.ts";

const inflate = promisify(gunzip);

/** The most that one answer may have, unpacked: five hundred objects of 128 KiB. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Reads a body to its end, unpacked, within `most` bytes on the way and after it. Throws ApiError PROTOCOL. */
export const readBody = async (
  body: Readable,
  headers: Readonly<Record<string, string>>,
  subject: string,
  most: number = MAX_BODY_BYTES,
): Promise<Buffer> => {
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "gzip" && encoding !== "identity") {
    drop(body);
    throw protocolError(subject, `a body in the encoding ${JSON.stringify(encoding.slice(0, 40))}`);
  }
  const raw = await readRaw(body, headers, subject, most);
  if (encoding !== "gzip" || raw.length === 0) return raw;
  try {
    return await inflate(raw, { maxOutputLength: most });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw new AnswerTooLarge(subject, most);
    throw protocolError(subject, "a body that is not gzip", error);
  }
};

/** Ends a body that nobody reads: its own complaint about that is nobody's. */
export const drop = (body: Readable): void => {
  body.on("error", () => undefined).destroy();
};

const readRaw = async (
  body: Readable,
  headers: Readonly<Record<string, string>>,
  subject: string,
  most: number,
): Promise<Buffer> => {
  if (Number(headers["content-length"] ?? 0) > most) {
    drop(body);
    throw new AnswerTooLarge(subject, most);
  }
  let parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) throw new AnswerTooLarge(subject, most); // leaving the loop ends the body
    parts.push(chunk);
    if (parts.length >= 4096) parts = [Buffer.concat(parts)]; // one byte at a time is a hundred times its size
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
};
