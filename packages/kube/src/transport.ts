import type { Look } from "./fair-queue.ts";

/** One call: `path` starts with `/` and carries its own query. */
export interface KubeRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** For the whole call in ms; 30,000 by default. */
  readonly deadlineMs?: number;
  /** Acts as this user (`system:serviceaccount:NS:NAME`): the server adds a ServiceAccount's groups itself. */
  readonly impersonate?: string;
  /** Whose call it is among those who share the cluster, such as a unit; "" or absent: nobody's in particular. */
  readonly share?: string;
  /** UID of the cluster that it is meant for: it is not sent to another. Absent: for whichever is there. */
  readonly cluster?: string;
  /** A look waits behind all else of its share, and one that is made again behind the first ones. */
  readonly look?: Look;
  /** For the answer alone in ms, from when the call is sent. */
  readonly answerMs?: number | undefined;
}

/** Any HTTP answer, also an error's: raw bytes, decompressed, headers in lower case. */
export interface KubeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A call whose body is read line by line while it lasts. */
export interface KubeStreamRequest extends KubeRequest {
  /** A stream without a line for so many ms is ended with a TRANSIENT ApiError. */
  readonly silenceMs?: number;
}

/** The lines of an endless response (without their newline). It ends when the server closes it, and throws when it breaks. */
export interface KubeStream extends AsyncIterable<Buffer>, AsyncDisposable {
  readonly headers: Readonly<Record<string, string>>;
}

/** Raw JSON bytes both ways. Any answer of the server is returned; no answer is an ApiError. Throws OtherCluster before it sends. */
export interface KubeTransport extends AsyncDisposable {
  request(request: KubeRequest, signal: AbortSignal): Promise<KubeResponse>;
  /** Throws the classified ApiError for any status but 200. */
  stream(request: KubeStreamRequest, signal: AbortSignal): Promise<KubeStream>;
}

/** What a finished call was, for metrics and tests. `status` 0 = no answer. */
export interface KubeCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
}
