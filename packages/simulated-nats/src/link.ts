/** One side's hands on a connection. */
export interface LinkEnd {
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly onEnd: () => void;
}

/** What is on its way between a client and a server; no bytes: the sender has closed. */
export type Deliver = (bytes: Uint8Array, from: string, to: string, pass: () => void) => void;

/** At once, but never within the call that sent it. */
export const deliverAtOnce: Deliver = (_bytes, _from, _to, pass) => queueMicrotask(pass);

/** A connection within the process: bytes keep their order in each direction, whatever the order they are let pass in. */
export interface Link {
  /** From the client to the server. */
  readonly toServer: (bytes: Uint8Array) => void;
  readonly toClient: (bytes: Uint8Array) => void;
  /** Tells the other side that there will be no more; nothing reaches the one that closed. */
  readonly closeClient: () => void;
  readonly closeServer: () => void;
  /** Both sides learn it at once; what is on its way is lost. */
  readonly cut: () => void;
}

export interface LinkNames {
  readonly client: string;
  readonly server: string;
}

export const createLink = (deliver: Deliver, names: LinkNames, client: LinkEnd, server: LinkEnd): Link => {
  const closed = { client: false, server: false };
  const towards = (side: "client" | "server", end: LinkEnd) => {
    const waiting: { readonly bytes: Uint8Array; mayPass: boolean }[] = [];
    const [from, to] = side === "server" ? [names.client, names.server] : [names.server, names.client];
    const flow = (): void => {
      while (waiting[0]?.mayPass === true) {
        const { bytes } = waiting.shift() as { readonly bytes: Uint8Array };
        if (closed[side]) continue;
        if (bytes.length > 0) end.onBytes(bytes);
        else {
          closed[side] = true;
          end.onEnd();
        }
      }
    };
    return (bytes: Uint8Array): void => {
      const one = { bytes, mayPass: false };
      waiting.push(one);
      deliver(bytes, from, to, () => {
        one.mayPass = true;
        flow();
      });
    };
  };
  const toServer = towards("server", server);
  const toClient = towards("client", client);
  const nothing = new Uint8Array();
  const close = (side: "client" | "server"): void => {
    if (closed[side]) return;
    closed[side] = true;
    (side === "client" ? toServer : toClient)(nothing);
  };
  return {
    toServer: (bytes) => {
      if (!closed.client && bytes.length > 0) toServer(bytes);
    },
    toClient: (bytes) => {
      if (!closed.server && bytes.length > 0) toClient(bytes);
    },
    closeClient: () => close("client"),
    closeServer: () => close("server"),
    cut() {
      for (const [side, end] of [["client", client] as const, ["server", server] as const]) {
        if (closed[side]) continue;
        closed[side] = true;
        end.onEnd();
      }
    },
  };
};
