import { orAborted } from "@evenkeel/async";
import { ConnectionOver, NOT_ASKED, WHO, countVain, notAStream, openSendWhere, subjectOf } from "@evenkeel/kube";
import type { AskedSession, KubeRequest, KubeResponse, KubeWire, WireOptions } from "@evenkeel/kube";

import type { ApiAnswer, ApiUser } from "../server/exchange.ts";
import { askHandler, asStream, wholeBody } from "./ask-handler.ts";
import { ConnectionBroken } from "./connection-broken.ts";
import type { Hop, Line, Reach } from "./hop.ts";
import { openLines } from "./in-process-stream.ts";
import { CLIENT_GONE } from "./refusals.ts";

/** As long as a socket is waited for. */
const CONNECT_MS = 10_000;

class ConnectTimeout extends Error {
  override readonly name = "ConnectTimeout";
  readonly code = "UND_ERR_CONNECT_TIMEOUT";
}

/** What is asked of a transport that was closed, as over sockets. */
class Destroyed extends Error {
  override readonly name = "Destroyed";
  readonly code = "UND_ERR_DESTROYED";
}

/** One question under way. */
interface Asked {
  readonly line: Line;
  readonly answer: Promise<ApiAnswer>;
  /** Told where the connection ends, or the client leaves. */
  onBroken: (why: unknown) => void;
  /** Nothing more is to come. */
  readonly done: () => void;
  /** Tells the cluster that nobody waits any more. */
  readonly leave: () => void;
  /** The same where nothing can be told any more: the connection closes by itself. */
  readonly drop: () => void;
}

export interface InProcessWireOptions extends WireOptions {
  readonly hop: Hop;
  readonly user: ApiUser;
  /** Ends with the client's process: its connections close, whatever it was about to say. */
  readonly gone?: AbortSignal | undefined;
}

/** A wire without a socket: the cluster's handler, the same bytes, one connection after the other as `reach` gives them. */
export const inProcessWire = (reach: Reach, { clock, gone, hop, observe, user }: InProcessWireOptions): KubeWire => {
  const asUser: ApiUser = { name: user.name, groups: [...new Set([...user.groups, "system:authenticated"])] };
  const session: AskedSession = { ...NOT_ASKED };
  const open = new Set<Asked>();
  const closing = new AbortController();
  let present: Line | undefined;
  let connecting: Promise<Line> | undefined;

  const end = (line: Line, why: Error): void => {
    if (present === line) present = undefined;
    for (const asked of open) if (asked.line === line) asked.onBroken(why);
  };
  const reachInTime = async (): Promise<Line> => {
    const found = Promise.withResolvers<Line>();
    const limit = clock.after(CONNECT_MS, () =>
      found.reject(new ConnectTimeout(`no connection within ${CONNECT_MS} ms`)),
    );
    try {
      hop.send(() => {
        reach(closing.signal).then(
          (line) => hop.answer(() => found.resolve(line)),
          (error: unknown) => hop.answer(() => found.reject(error)),
        );
      });
      return await found.promise;
    } finally {
      limit[Symbol.dispose]();
    }
  };
  const connect = (): Promise<Line> => {
    connecting ??= reachInTime()
      .then((line) => {
        session.connection += 1;
        present = line;
        const onEnd = (): void => {
          const over = [...open].filter((asked) => asked.line === line);
          hop.answer(() => end(line, new ConnectionBroken("the connection has ended")));
          for (const asked of over) asked.drop();
        };
        if (line.ended.aborted) onEnd();
        else line.ended.addEventListener("abort", onEnd, { once: true, signal: closing.signal });
        return line;
      })
      .finally(() => {
        connecting = undefined;
      });
    return connecting;
  };
  const connected = async (signal: AbortSignal): Promise<Line> => {
    signal.throwIfAborted();
    if (closing.signal.aborted) throw new Destroyed("the client is destroyed");
    return present ?? orAborted(connect(), signal);
  };

  const send = (line: Line, request: KubeRequest, signal: AbortSignal): Asked => {
    const below = new AbortController();
    const answer = Promise.withResolvers<ApiAnswer>();
    const onAbort = (): void => asked.onBroken(signal.reason);
    const done = (): void => {
      open.delete(asked);
      signal.removeEventListener("abort", onAbort);
    };
    const drop = (): void => below.abort(CLIENT_GONE);
    const leave = (): void => {
      if (!open.has(asked)) return;
      done();
      hop.send(drop);
    };
    const asked: Asked = { line, answer: answer.promise, onBroken: answer.reject, done, leave, drop };
    signal.addEventListener("abort", onAbort, { once: true });
    open.add(asked);
    hop.send(() => {
      askHandler(line.handle, asUser, request, below.signal).then(
        (given) => hop.answer(() => answer.resolve(given)),
        (error: unknown) => hop.answer(() => answer.reject(error)),
      );
    });
    return asked;
  };
  const answerOf = async (asked: Asked): Promise<ApiAnswer> => {
    try {
      return await asked.answer;
    } catch (error) {
      asked.leave();
      throw error;
    }
  };
  const whole = async (asked: Asked): Promise<KubeResponse> => {
    const answer = await answerOf(asked);
    if (answer.kind === "plain") {
      asked.done();
      return wholeBody(answer);
    }
    const broken = Promise.withResolvers<never>();
    asked.onBroken = broken.reject;
    try {
      return await Promise.race([wholeBody(answer), broken.promise]);
    } finally {
      asked.leave();
    }
  };
  const sendWhere = openSendWhere<AskedSession>(
    async (_session, signal, note) => {
      const line = await connected(signal);
      note(session.connection);
      return whole(send(line, WHO, signal));
    },
    clock,
    observe,
  );
  /** Over whichever connection there is, or where the call is for one cluster, over one that leads there. */
  const over = async <T>(
    request: KubeRequest,
    signal: AbortSignal,
    onSend: () => void,
    use: (asked: Asked) => Promise<T>,
  ): Promise<T> => {
    const { cluster } = request;
    if (cluster === undefined) {
      const line = await connected(signal);
      onSend();
      return use(send(line, request, signal));
    }
    return sendWhere(session, cluster, signal, async (connection) => {
      const line = await connected(signal);
      if (session.connection !== connection) {
        countVain(session, connection);
        throw new ConnectionOver("the connection has ended");
      }
      onSend();
      session.letOver += 1;
      try {
        const answer = await use(send(line, request, signal));
        session.vain = 0;
        return answer;
      } finally {
        session.letOver -= 1;
      }
    });
  };

  gone?.addEventListener("abort", () => {
    for (const asked of open) asked.drop();
  });
  return {
    exchange: (request, signal, onSend) => over(request, signal, onSend, whole),
    renew: () => undefined,
    stream: (request, signal, opening) =>
      over(
        request,
        opening,
        () => undefined,
        async (asked) => {
          const answer = await answerOf(asked);
          if (answer.status !== 200) {
            asked.leave();
            throw notAStream(subjectOf(request), await wholeBody(answer));
          }
          const { silenceMs } = request;
          const subject = subjectOf(request);
          const lines = openLines({
            answer: asStream(answer),
            clock,
            hop,
            signal,
            close: asked.leave,
            silenceMs,
            subject,
          });
          asked.onBroken = lines.end;
          return lines;
        },
      ),
    [Symbol.asyncDispose]: async () => {
      closing.abort(CLIENT_GONE);
      for (const asked of open) {
        asked.onBroken(new Destroyed("the client is destroyed"));
        asked.leave();
      }
    },
  };
};
