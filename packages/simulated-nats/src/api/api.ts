import { apiError, Refused } from "../jetstream/api-error.ts";
import { NotSimulated } from "../not-simulated.ts";
import type { Answer, ApiContext } from "./api-context.ts";
import { consumerRequests } from "./consumer-requests.ts";
import { messageRequests } from "./message-requests.ts";
import { streamRequests } from "./stream-requests.ts";

const requests = { ...streamRequests, ...messageRequests, ...consumerRequests };

/** Answers a request to `$JS.API`. Throws NotSimulated for one that is unknown here. */
export const answerOf = (context: ApiContext, tokens: readonly string[], body: Uint8Array): Answer => {
  const found =
    requests[tokens.slice(0, 3).join(".")] ?? requests[tokens.slice(0, 2).join(".")] ?? requests[tokens.join(".")];
  if (found === undefined) throw new NotSimulated(`the request $JS.API.${tokens.join(".")}`);
  const [type, handle] = found;
  try {
    return { type: typeOf(type), ...handle(context, { tokens, body }) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { type: typeOf(type), ...whenRefused[type], error: error.answer };
  }
};

/** What an answer has though there is nothing to tell. */
const whenRefused: Readonly<Record<string, Answer>> = {
  stream_purge: { purged: 0 },
  stream_info: { total: 0, offset: 0, limit: 0 },
  consumer_list: { total: 0, offset: 0, limit: 0, consumers: [] },
  consumer_names: { total: 0, offset: 0, limit: 0, consumers: [] },
};

const typeOf = (type: string): string => `io.nats.jetstream.api.v1.${type}_response`;

/** What those that are asked say while there is no leader. */
export const unavailable = (): Answer => ({ error: apiError.notAvailable });
