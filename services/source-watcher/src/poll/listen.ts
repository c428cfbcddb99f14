/** One request to the webhook endpoint. */
export interface HookRequest {
  readonly method: string;
  /** With its query, as sent. */
  readonly path: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** All of the body; undefined where it has more bytes. */
  readonly body: (mostBytes: number) => Promise<Buffer | undefined>;
}

/** Resolves to the status that is the whole answer. */
export type AnswerHook = (request: HookRequest) => Promise<number>;

export interface Listening extends AsyncDisposable {
  readonly port: number;
}

/** Takes requests at an address of this machine until disposed of; port 0 is any free one. `answer` never throws. */
export type Listen = (at: { readonly host: string; readonly port: number }, answer: AnswerHook) => Promise<Listening>;
