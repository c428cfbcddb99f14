import { deferred, errors, type ConnectionOptions, type Server } from "@nats-io/nats-core";
import type { Transport } from "@nats-io/nats-core/internal";

import type { Link, LinkEnd } from "../link.ts";

/** Opens a connection to whatever listens there; throws if nothing does. */
export type Accept = (server: Server, clientName: string, end: LinkEnd) => Link;

/** The client's side of a connection that is no socket. */
export const createTransport = (accept: Accept): Transport => {
  const closed = deferred<void | Error>();
  let link: Link | undefined;
  let pieces: Uint8Array[] = [];
  let more = deferred<void>();
  let isClosed = false;
  let isConnected = false;
  let isRead = false;
  let hasEnded = false; // what came before is still to be read
  let closeError: Error | undefined;

  const end = (error?: Error): void => {
    if (isClosed) return;
    isClosed = true;
    closeError = error;
    more.resolve();
    if (isConnected) closed.resolve(error);
  };
  const connect = async (server: Server, options: ConnectionOptions): Promise<void> => {
    const greeted = deferred<void>();
    try {
      link = accept(server, options.name ?? "", {
        onBytes: (bytes) => {
          pieces.push(bytes);
          greeted.resolve();
          more.resolve();
        },
        onEnd: () => {
          greeted.reject(new errors.ConnectionError("connection closed"));
          hasEnded = true;
          more.resolve();
          if (!isRead) end();
        },
      });
    } catch (error) {
      throw new errors.ConnectionError("connection refused", { cause: error });
    }
    await greeted;
    isConnected = true;
  };
  const close = async (error?: Error): Promise<void> => {
    link?.closeClient();
    end(error);
  };
  const read = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    isRead = true;
    for (;;) {
      if (pieces.length === 0 && !isClosed && !hasEnded) await more;
      const taken = pieces;
      pieces = [];
      yield* taken;
      if (hasEnded && pieces.length === 0) end();
      if (isClosed) return;
      if (pieces.length === 0) more = deferred();
    }
  };
  return {
    get isClosed() {
      return isClosed;
    },
    get closeError(): Error {
      return closeError as Error;
    },
    lang: "nats.js",
    version: "simulated",
    connect,
    [Symbol.asyncIterator]: read as Transport[typeof Symbol.asyncIterator],
    isEncrypted: () => false,
    send: (frame) => {
      if (!isClosed) link?.toServer(frame);
    },
    close,
    disconnect: () => void close(),
    closed: () => closed,
    discard: () => {
      link?.closeClient();
      isClosed = true;
      more.resolve();
    },
  };
};
