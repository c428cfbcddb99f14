import { AskGitInstead } from "./ask-git-instead.ts";

/** One line of Git's wire format (gitprotocol-common): its content, or one of the marks between sections. */
export type Packet = { readonly kind: "data"; readonly data: Buffer } | { readonly kind: "flush" | "delim" | "end" };

export const FLUSH_PACKET = "0000";
export const DELIM_PACKET = "0001";
const marks = ["flush", "delim", "end"] as const;

/** One line with its length before it. */
export const packet = (text: string): string => {
  const length = Buffer.byteLength(text) + 4;
  return length.toString(16).padStart(4, "0") + text;
};

const broken = (): AskGitInstead => new AskGitInstead("the answer is not made of packets");

/** Cuts a stream into packets as they arrive; throws AskGitInstead where it is not made of them, or ends inside one. */
export const readPackets = async function* (stream: AsyncIterable<Buffer>): AsyncGenerator<Packet> {
  let held: Buffer = Buffer.alloc(0);
  const parts: Buffer[] = [];
  let waiting = 0;
  let wanted = 4;
  for await (const chunk of stream) {
    parts.push(chunk);
    waiting += chunk.length;
    // A host may send byte after byte: nothing is copied before a packet is whole.
    if (held.length + waiting < wanted) continue;
    held = held.length === 0 && parts.length === 1 ? chunk : Buffer.concat([held, ...parts]);
    parts.length = 0;
    waiting = 0;
    wanted = 4;
    let at = 0;
    while (held.length - at >= 4) {
      const digits = held.toString("latin1", at, at + 4);
      if (!/^[0-9a-f]{4}$/i.test(digits)) throw broken();
      const length = Number.parseInt(digits, 16);
      if (length < 4) {
        const kind = marks[length];
        if (kind === undefined) throw broken();
        yield { kind };
        at += 4;
        continue;
      }
      if (held.length - at < length) {
        wanted = length;
        break;
      }
      yield { kind: "data", data: held.subarray(at + 4, at + length) };
      at += length;
    }
    held = held.subarray(at);
  }
  if (held.length + waiting > 0) throw broken();
};

/** The text of a line, without its end. */
export const lineOf = (data: Buffer): string => data.toString("utf8").replace(/\n$/, "");
