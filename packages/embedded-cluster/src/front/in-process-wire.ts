import { orAborted } from "@evenkeel/async";
import { ConnectionOver, NOT_ASKED, WHO, countVain, notAStream, openSendWhere, subjectOf } from "@evenkeel/kube";
import type { AskedSession, KubeRequest, KubeResponse, KubeWire, WireOptions } from "@evenkeel/kube";

import type { ApiAnswer, ApiUser, StreamAnswer } from "../server/exchange.ts";
import { ConnectionBroken } from "./connection-broken.ts";
import type { Hop, Line, Reach } from "./hop.ts";
import { openLines } from "./in-process-stream.ts";
import { CLIENT_GONE, MAX_BODY_BYTES, bodyTooLarge, internalError } from "./refusals.ts";

const NO_BODY = new Uint8Array();

const headersOf = (request: KubeRequest): Record<string, string> => {
  if (request.impersonate === "") throw new RangeError("an empty identity cannot be impersonated");
  return {
    accept: "application/json",
    "user-agent": "evenkeel",
    ...request.headers,
    ...(request.impersonate === undefined ? {} : { "impersonate-user": request.impersonate }),
  };
};

/** What is not a stream, or is not to be read as one. */
const wholeBody = async (answer: ApiAnswer): Promise<KubeResponse> => {
  const { headers, status } = answer;
  if (answer.kind === "plain") return { status, headers, body: Buffer.from(answer.body, "utf8") };
  const lines: string[] = [];
  for await (const line of answer.lines) lines.push(`${line}\n`);
  return { status, headers, body: Buffer.from(lines.join(""), "utf8") };
};

const asStream = (answer: ApiAnswer): StreamAnswer => {
  if (answer.kind === "stream") return answer;
  const lines = answer.body.split("\n").slice(0, -1); // a last line without its end was cut off
  return {
    kind: "stream",
    status: 200,
    headers: answer.headers,
    lines: (async function* () {
      yield* lines;
    })(),
  };
};

/** One question under way. */
interface Asked {
  readonly line: Line;
  /** Rejects where the connection ends, or the client leaves. */
  readonly broken: Promise<never>;
  readonly answer: Promise<ApiAnswer>;
  /** Tells the cluster that nobody waits any more. */
  readonly leave: () => void;
}

/** A wire without a socket: the cluster's handler, the same bytes, one connection after the other as `reach` gives them. */
export const inProcessWire = (
  reach: Reach,
  { clock, observe, hop, user }: WireOptions & { readonly hop: Hop; readonly user: ApiUser },
): KubeWire => {
  const asUser: ApiUser = { name: user.name, groups: [...new Set([...user.groups, "system:authenticated"])] };
  const session: AskedSession = { ...NOT_ASKED };
  const open = new Map<Asked, (error: Error) => void>();
  const closing = new AbortController();
  let present: Line | undefined;
  let connecting: Promise<Line> | undefined;

  const end = (line: Line, why: Error): void => {
    if (present === line) present = undefined;
    for (const [asked, fail] of open) if (asked.line === line) fail(why);
  };
  const connect = (): Promise<Line> => {
    connecting ??= reach(closing.signal)
      .then((line) => {
        session.connection += 1;
        present = line;
        const onEnd = (): void => hop.back(() => end(line, new ConnectionBroken("the connection has ended")));
        if (line.ended.aborted) onEnd();
        else line.ended.addEventListener("abort", onEnd, { once: true });
        return line;
      })
      .finally(() => {
        connecting = undefined;
      });
    return connecting;
  };
  const connected = async (signal: AbortSignal): Promise<Line> => {
    signal.throwIfAborted();
    return present ?? orAborted(connect(), signal);
  };

  const ask = async (line: Line, request: KubeRequest, signal: AbortSignal): Promise<ApiAnswer> => {
    const body = request.body ?? NO_BODY;
    if (body.length > MAX_BODY_BYTES) return bodyTooLarge(MAX_BODY_BYTES);
    const { method, path } = request;
    try {
      return await line.handle({ method, path, headers: headersOf(request), body, user: asUser, signal });
    } catch (error) {
      if (error instanceof ConnectionBroken || error instanceof RangeError || signal.aborted) throw error;
      return internalError(error);
    }
  };
  const send = (line: Line, request: KubeRequest, signal: AbortSignal): Asked => {
    const below = new AbortController();
    const broken = Promise.withResolvers<never>();
    const answer = Promise.withResolvers<ApiAnswer>();
    const asked: Asked = {
      line,
      broken: broken.promise,
      answer: answer.promise,
      leave: () => {
        if (!open.delete(asked)) return;
        signal.removeEventListener("abort", onAbort);
        hop.there(() => below.abort(CLIENT_GONE));
      },
    };
    const onAbort = (): void => broken.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    for (const each of [broken.promise, answer.promise]) each.catch(() => undefined); // whoever has left hears nothing
    open.set(asked, broken.reject);
    hop.there(() => {
      ask(line, request, below.signal).then(
        (given) => hop.back(() => answer.resolve(given)),
        (error: unknown) => hop.back(() => answer.reject(error)),
      );
    });
    return asked;
  };
  const answerOf = async (asked: Asked): Promise<ApiAnswer> => {
    try {
      return await Promise.race([asked.answer, asked.broken]);
    } catch (error) {
      asked.leave();
      if (error instanceof ConnectionBroken) end(asked.line, error);
      throw error;
    }
  };
  const whole = async (asked: Asked): Promise<KubeResponse> => {
    const answer = await answerOf(asked);
    try {
      return await Promise.race([wholeBody(answer), asked.broken]);
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
          return openLines({
            answer: asStream(answer),
            clock,
            hop,
            signal,
            broken: asked.broken,
            close: asked.leave,
            silenceMs,
            subject: subjectOf(request),
          });
        },
      ),
    [Symbol.asyncDispose]: async () => {
      closing.abort(CLIENT_GONE);
      for (const asked of open.keys()) asked.leave();
    },
  };
};
