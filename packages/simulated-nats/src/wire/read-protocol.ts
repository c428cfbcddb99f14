import { NotSimulated } from "../not-simulated.ts";

/** What a client says. */
export interface ClientSays {
  connect(options: Readonly<Record<string, unknown>>): void;
  ping(): void;
  pong(): void;
  subscribe(subject: string, sid: string): void;
  unsubscribe(sid: string, most: number | undefined): void;
  publish(subject: string, reply: string, header: Uint8Array | undefined, body: Uint8Array): void;
}

/** Reads the client's side of the protocol from pieces of any size. */
export const readProtocol = (says: ClientSays): ((piece: Uint8Array) => void) => {
  let left: Buffer | undefined;
  return (piece) => {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    const bytes = left === undefined ? chunk : Buffer.concat([left, chunk]);
    let at = 0;
    while (at < bytes.length) {
      const end = bytes.indexOf("\r\n", at, "latin1");
      if (end < 0) break;
      const next = readOne(says, bytes, at, end);
      if (next < 0) break;
      at = next;
    }
    left = at < bytes.length ? bytes.subarray(at) : undefined;
  };
};

const CR_LF = 2;

/** Where the next one begins; -1: not all of it is there yet. */
const readOne = (says: ClientSays, bytes: Buffer, at: number, end: number): number => {
  const line = bytes.toString("utf8", at, end);
  const after = end + CR_LF;
  switch (line.charCodeAt(0)) {
    case 72: // HPUB subject [reply] header total
    case 80: {
      if (line.startsWith("PING")) return (says.ping(), after);
      if (line.startsWith("PONG")) return (says.pong(), after);
      return readPublish(says, bytes, line, after);
    }
    case 83: {
      const [, subject = "", second = "", third] = line.split(" ");
      if (third !== undefined) throw new NotSimulated(`the queue group ${second}`);
      return (says.subscribe(subject, second), after);
    }
    case 85: {
      const [, sid = "", most] = line.split(" ");
      return (says.unsubscribe(sid, most === undefined ? undefined : Number(most)), after);
    }
    case 67:
      return (says.connect(JSON.parse(line.slice("CONNECT ".length)) as Readonly<Record<string, unknown>>), after);
    default:
      throw new NotSimulated(`the protocol line ${JSON.stringify(line)}`);
  }
};

const readPublish = (says: ClientSays, bytes: Buffer, line: string, after: number): number => {
  const hasHeader = line.charCodeAt(0) === 72;
  const words = line.split(" ");
  const total = Number(words.at(-1));
  const header = hasHeader ? Number(words.at(-2)) : 0;
  const end = after + total;
  if (end + CR_LF > bytes.length) return -1;
  const reply = words.length === (hasHeader ? 5 : 4) ? (words[2] ?? "") : "";
  says.publish(
    words[1] ?? "",
    reply,
    hasHeader ? bytes.subarray(after, after + header) : undefined,
    bytes.subarray(after + header, end),
  );
  return end + CR_LF;
};
