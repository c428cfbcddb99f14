import { headerBlock } from "../wire/headers.ts";

/** A client that waits for messages. */
export interface PullRequest {
  readonly reply: string;
  left: number;
  given: number;
  bytes: number;
  readonly isLimitedBytes: boolean;
  readonly noWait: boolean;
  /** 0: it does not expire. */
  readonly expiresAt: number;
  readonly heartbeatMs: number;
  heartbeatAt: number;
}

export interface PullContext {
  readonly now: () => number;
  readonly hasInterest: (reply: string) => boolean;
  readonly status: (reply: string, header: Uint8Array) => void;
  readonly heartbeat: (reply: string) => void;
}

/** Pulls that wait, in turn. */
export interface PullRequests {
  readonly size: number;
  add(request: PullRequest): void;
  /** Whose turn it is for a message of this size. */
  take(size: number): PullRequest | undefined;
  /** Ends what is over; `atEnd`: there is nothing to deliver now. Tells what is wanted in all, and when to look again. */
  sweep(atEnd: boolean): { readonly wanted: number; readonly wakeAt: number };
  endAll(status: string | undefined): void;
}

const pendingFields = ({ left, bytes }: PullRequest): readonly (readonly [string, number])[] => [
  ["Nats-Pending-Messages", left],
  ["Nats-Pending-Bytes", bytes],
];

export const createPullRequests = (context: PullContext): PullRequests => {
  let waiting: PullRequest[] = [];
  const timedOut = (request: PullRequest): void =>
    context.status(request.reply, headerBlock("408 Request Timeout", pendingFields(request)));

  return {
    get size() {
      return waiting.length;
    },
    add: (request) => void waiting.push(request),
    take(size) {
      for (let request = waiting[0]; request !== undefined; request = waiting[0]) {
        if (request.expiresAt !== 0 && context.now() >= request.expiresAt) {
          timedOut(request);
          waiting.shift();
          continue;
        }
        if (request.isLimitedBytes) {
          if (size > request.bytes) {
            const header = headerBlock("409 Message Size Exceeds MaxBytes", pendingFields(request));
            context.status(request.reply, header);
            waiting.shift();
            continue;
          }
          request.bytes -= size;
          if (request.bytes === 0) request.left = 1;
        }
        if (!context.hasInterest(request.reply)) {
          waiting.shift();
          continue;
        }
        request.given++;
        request.left--;
        if (request.left <= 0) waiting.shift();
        else if (waiting.length > 1) {
          waiting.shift();
          waiting.push(request);
        }
        return request;
      }
      return undefined;
    },
    sweep(atEnd) {
      const now = context.now();
      let wanted = 0;
      let wakeAt = Number.POSITIVE_INFINITY;
      if (waiting.length === 0) return { wanted, wakeAt };
      waiting = waiting.filter((request) => {
        const expires = request.expiresAt !== 0 && now >= request.expiresAt;
        if (expires) return (timedOut(request), false);
        if (atEnd && request.noWait && (request.expiresAt === 0 || request.given > 0)) {
          context.status(request.reply, headerBlock("404 No Messages"));
          return false;
        }
        if (!context.hasInterest(request.reply)) return false;
        wanted += request.left;
        if (request.heartbeatAt !== 0) {
          if (now >= request.heartbeatAt) {
            context.heartbeat(request.reply);
            request.heartbeatAt = now + request.heartbeatMs;
          }
          wakeAt = Math.min(wakeAt, request.heartbeatAt);
        }
        if (request.expiresAt !== 0) wakeAt = Math.min(wakeAt, request.expiresAt);
        return true;
      });
      return { wanted, wakeAt };
    },
    endAll(status) {
      if (status !== undefined) for (const { reply } of waiting) context.status(reply, headerBlock(status));
      waiting = [];
    },
  };
};
