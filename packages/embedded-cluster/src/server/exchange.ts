/** One request as the core sees it: both fronts make these. */
export interface ApiRequest {
  readonly method: string;
  /** Starts with `/`, with its query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Who the front authenticated; impersonation is the core's. */
  readonly user: ApiUser;
  /** Aborted when the client goes. */
  readonly signal: AbortSignal;
}

export interface ApiUser {
  readonly name: string;
  readonly groups: readonly string[];
}

/** A finished answer, or one whose lines follow while the watch lasts (each without its newline). */
export type ApiAnswer = PlainAnswer | StreamAnswer;

export interface PlainAnswer {
  readonly kind: "plain";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface StreamAnswer {
  readonly kind: "stream";
  readonly status: 200;
  readonly headers: Readonly<Record<string, string>>;
  readonly lines: AsyncIterable<string>;
}

/** The API of one cluster, below any socket. Never throws for a bad request: that is an answer. */
export type ApiHandler = (request: ApiRequest) => Promise<ApiAnswer>;
