import { type KubeRequest, type KubeTransport, classifyResponse } from "@evenkeel/kube";
import { parseJson } from "@evenkeel/resource";

import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster";
import { isMap } from "@evenkeel/embedded-cluster";
import { warningsOf } from "../differential/warnings-of.ts";
import { writeJson } from "../differential/write-json.ts";
import type { ContractTarget } from "./contract-target.ts";
import { pathOf } from "./paths.ts";

/** An answer, read and classified as packages/kube does. */
export interface Answer {
  readonly status: number;
  /** The body as an object; a text is under `text`. */
  readonly body: ValueMap;
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined` for success. */
  readonly errorClass: string | undefined;
  readonly message: string;
  readonly warnings: readonly string[];
}

/** One exchange of a case, for transcripts. */
export interface CaseExchange {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly request: string;
  readonly status: number;
  readonly warnings: readonly string[];
  readonly body: Value;
}

type Query = Readonly<Record<string, string | number | boolean>>;

export interface SendOptions {
  readonly query?: Query;
  readonly type?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly through?: KubeTransport;
  readonly impersonate?: string;
  /** Not told in transcripts: the answer is another one each time. */
  readonly quiet?: boolean;
}

export interface WatchEvent {
  readonly type: string;
  readonly object: LiveObject;
}

/** An open watch. */
export interface Watching extends AsyncDisposable {
  /** The next so many events; throws when they do not come within 10 s. */
  next(count: number): Promise<readonly WatchEvent[]>;
  /** Resolves when the server closes the watch; gives what came before. */
  end(): Promise<readonly WatchEvent[]>;
}

/** What a case works with: one target and a namespace of its own. */
export interface Bench {
  readonly target: ContractTarget;
  readonly namespace: string;
  readonly exchanges: readonly CaseExchange[];
  send(method: KubeRequest["method"], path: string, body?: Value | string, options?: SendOptions): Promise<Answer>;
  /** Of the object, or of its collection when it has no name. */
  path(object: LiveObject, subresource?: string): string;
  create(object: LiveObject, query?: Query, options?: SendOptions): Promise<Answer>;
  apply(object: LiveObject, query: Query & { readonly fieldManager: string }, subresource?: string): Promise<Answer>;
  put(object: LiveObject, query?: Query, subresource?: string): Promise<Answer>;
  get(object: LiveObject, subresource?: string): Promise<Answer>;
  merge(object: LiveObject, patch: Value, query?: Query, subresource?: string): Promise<Answer>;
  json(object: LiveObject, patch: Value, query?: Query, subresource?: string): Promise<Answer>;
  strategic(object: LiveObject, patch: Value, query?: Query, subresource?: string): Promise<Answer>;
  remove(object: LiveObject, options?: Value, query?: Query): Promise<Answer>;
  watch(path: string, query: Query, accept?: string): Promise<Watching>;
}

const DEADLINE_MS = 10_000;

const parsed = (text: string): Value => {
  try {
    return parseJson(text) as Value;
  } catch {
    return text;
  }
};

const withQuery = (path: string, query: Query = {}): string => {
  const entries = Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]);
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries).toString()}`;
};

/** Opens the bench of one case; its namespace must exist. */
export const openBench = (target: ContractTarget, namespace: string, signal: AbortSignal): Bench => {
  const exchanges: CaseExchange[] = [];
  const send: Bench["send"] = async (method, path, content, options = {}) => {
    const text = content === undefined ? "" : typeof content === "string" ? content : writeJson(content);
    const contentType = options.type ?? "application/json";
    const request: KubeRequest = {
      method,
      path: withQuery(path, options.query),
      headers: {
        "user-agent": "judge/1.0",
        accept: options.accept ?? "application/json",
        ...(content === undefined ? {} : { "content-type": contentType }),
        ...options.headers,
      },
      ...(content === undefined ? {} : { body: Buffer.from(text) }),
      ...(options.impersonate === undefined ? {} : { impersonate: options.impersonate }),
    };
    const response = await (options.through ?? target.admin).request(request, signal);
    const body = parsed(response.body.toString("utf8"));
    const detail = classifyResponse(method, response);
    const warnings = warningsOf(response.headers["warning"]);
    if (options.quiet !== true) {
      exchanges.push({
        method,
        path: request.path,
        contentType,
        request: text,
        status: response.status,
        warnings,
        body,
      });
    }
    return {
      status: response.status,
      body: isMap(body) ? body : { text: body },
      headers: response.headers,
      errorClass: detail?.errorClass,
      message: detail?.message ?? "",
      warnings,
    };
  };
  const path: Bench["path"] = (object, subresource = "") => pathOf(object, namespace, subresource);
  const patch =
    (type: string): Bench["merge"] =>
    (object, content, query = { fieldManager: "someone" }, subresource) =>
      send("PATCH", path(object, subresource), content, { type, query });
  return {
    target,
    namespace,
    exchanges,
    send,
    path,
    create: (object, query, options) =>
      send("POST", pathOf({ ...object, metadata: {} }, namespace, ""), object, {
        ...options,
        query: { fieldManager: "someone", ...query },
      }),
    apply: (object, query, subresource) =>
      send("PATCH", path(object, subresource), object, { type: "application/apply-patch+yaml", query }),
    put: (object, query = { fieldManager: "someone" }, subresource) =>
      send("PUT", path(object, subresource), object, { query }),
    get: (object, subresource) => send("GET", path(object, subresource)),
    merge: patch("application/merge-patch+json"),
    json: patch("application/json-patch+json"),
    strategic: patch("application/strategic-merge-patch+json"),
    remove: (object, options, query) => send("DELETE", path(object), options, query === undefined ? {} : { query }),
    watch: (at, query, accept) =>
      openWatch(target.admin, withQuery(at, { watch: 1, ...query }), accept ?? "application/json", signal),
  };
};

const openWatch = async (
  transport: KubeTransport,
  path: string,
  accept: string,
  signal: AbortSignal,
): Promise<Watching> => {
  const ended = new AbortController();
  const stream = await transport.stream(
    { method: "GET", path, headers: { accept } },
    AbortSignal.any([signal, ended.signal]),
  );
  const iterator = stream[Symbol.asyncIterator]();
  const within = async <T>(waited: Promise<T>, what: string): Promise<T> => {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`${path}: ${what} within ${DEADLINE_MS} ms`)), DEADLINE_MS);
    try {
      return await Promise.race([waited, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
  const read = async (): Promise<WatchEvent | undefined> => {
    const next = await iterator.next();
    return next.done === true ? undefined : (parseJson(next.value.toString("utf8")) as unknown as WatchEvent);
  };
  return {
    next: async (count) => {
      const events: WatchEvent[] = [];
      while (events.length < count) {
        const event = await within(read(), `no event ${events.length + 1}`);
        if (event === undefined) throw new Error(`${path}: closed after ${events.length} events`);
        events.push(event);
      }
      return events;
    },
    end: async () => {
      const events: WatchEvent[] = [];
      for (;;) {
        const event = await within(read(), "not closed");
        if (event === undefined) return events;
        events.push(event);
      }
    },
    [Symbol.asyncDispose]: async () => {
      ended.abort();
      await stream[Symbol.asyncDispose]();
    },
  };
};
