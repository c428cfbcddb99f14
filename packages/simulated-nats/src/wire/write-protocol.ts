import type { Routed } from "./routes.ts";

/** Gathers what a server says to one client, so that much of it leaves as one piece. */
export interface ProtocolWriter {
  line(text: string): void;
  message(sid: string, message: Routed): void;
  /** All that was said since the last time. */
  take(): Uint8Array;
}

const FIRST = 4096;

export const writeProtocol = (): ProtocolWriter => {
  let buffer = Buffer.allocUnsafe(FIRST);
  let length = 0;
  const room = (more: number): void => {
    if (length + more <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + more));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  };
  const text = (line: string): void => {
    room(line.length * 3);
    length += buffer.write(line, length);
  };
  const bytes = (part: Uint8Array): void => {
    room(part.length);
    buffer.set(part, length);
    length += part.length;
  };
  return {
    line: text,
    message(sid, { subject, reply, header, body }) {
      const to = reply === "" ? `${subject} ${sid}` : `${subject} ${sid} ${reply}`;
      if (header === undefined) text(`MSG ${to} ${body.length}\r\n`);
      else {
        text(`HMSG ${to} ${header.length} ${header.length + body.length}\r\n`);
        bytes(header);
      }
      if (body.length > 0) bytes(body);
      text("\r\n");
    },
    take() {
      const taken = Uint8Array.prototype.slice.call(buffer, 0, length);
      length = 0;
      return taken;
    },
  };
};
