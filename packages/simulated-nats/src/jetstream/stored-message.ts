/** A message as it lies in a stream; never changed, and so shared by all snapshots it is part of. */
export interface StoredMessage {
  readonly seq: number;
  readonly subject: string;
  readonly header: Uint8Array | undefined;
  readonly body: Uint8Array;
  /** Milliseconds since 1970. */
  readonly ts: number;
  /** Of its own: when it expires by it. Infinity: it never does, whatever the age of the stream's messages. */
  readonly expiresAt?: number;
}

/** What a file store counts for a message. */
export const sizeOf = (subject: string, header: Uint8Array | undefined, body: Uint8Array): number =>
  30 + Buffer.byteLength(subject) + (header === undefined ? 0 : 4 + header.length) + body.length;
