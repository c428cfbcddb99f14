import type { PullRequest } from "./pull-requests.ts";

interface Asked {
  readonly batch?: number;
  readonly expires?: number;
  readonly max_bytes?: number;
  readonly no_wait?: boolean;
  readonly idle_heartbeat?: number;
}

/** What a client asks of a pull consumer, or the status that refuses it. */
export const readPull = (
  body: Uint8Array,
  now: number,
  isPush: boolean,
): Omit<PullRequest, "reply"> | { readonly refusal: string } => {
  if (isPush) return { refusal: "409 Consumer is push based" };
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString().trim();
  const asked: Asked = text.startsWith("{") ? (JSON.parse(text) as Asked) : { batch: text === "" ? 1 : Number(text) };
  const { batch = 0, expires = 0, max_bytes = 0, no_wait = false, idle_heartbeat = 0 } = asked;
  if (idle_heartbeat > 0 && idle_heartbeat * 2 > expires)
    return { refusal: "400 Bad Request - heartbeat value too large" };
  return {
    left: batch,
    given: 0,
    bytes: max_bytes,
    isLimitedBytes: max_bytes > 0,
    noWait: no_wait,
    expiresAt: expires === 0 ? 0 : now + expires / 1e6,
    heartbeatMs: idle_heartbeat / 1e6,
    heartbeatAt: idle_heartbeat === 0 ? 0 : now + idle_heartbeat / 1e6,
  };
};
