/** An answer of JetStream that says what is wrong; the words are the server's own. */
export interface ApiError {
  readonly code: number;
  readonly err_code: number;
  readonly description: string;
}

const error = (code: number, err_code: number, description: string): ApiError => ({ code, err_code, description });

/** Those that can happen to us. */
export const apiError = {
  badRequest: error(400, 10_003, "bad request"),
  notAvailable: error(503, 10_008, "JetStream system temporarily unavailable"),
  invalidJson: (why: string) => error(400, 10_025, `invalid JSON: ${why}`),
  consumerNotFound: error(404, 10_014, "consumer not found"),
  noMessageFound: error(404, 10_037, "no message found"),
  sequenceNotFound: (seq: number) => error(400, 10_043, `sequence ${seq} not found`),
  outOfStore: error(500, 10_047, "insufficient storage resources available"),
  invalidStreamConfig: (why: string) => error(500, 10_052, why),
  messageTooLarge: error(400, 10_054, "message size exceeds maximum allowed"),
  streamMismatch: error(400, 10_056, "stream name in subject does not match request"),
  messageDeleteFailed: (why: string) => error(500, 10_057, why),
  streamNameExists: error(400, 10_058, "stream name already in use with a different configuration"),
  streamNotFound: error(404, 10_059, "stream not found"),
  subjectsOverlap: error(400, 10_065, "subjects overlap with an existing stream"),
  wrongLastSequence: (seq: number) => error(400, 10_071, `wrong last sequence: ${seq}`),
  replicasNotSupported: error(500, 10_074, "replicas > 1 not supported in non-clustered mode"),
  storeFailed: (why: string) => error(503, 10_077, why),
  pushMaxWaiting: error(400, 10_080, "consumer in push mode can not set max waiting"),
  maxPendingNeedsAcks: error(400, 10_082, "consumer requires ack policy for max ack pending"),
  smallHeartbeat: error(400, 10_083, "consumer idle heartbeat needs to be >= 100ms"),
  heartbeatNeedsPush: error(400, 10_088, "consumer idle heartbeat requires a push based consumer"),
  flowControlNeedsPush: error(400, 10_089, "consumer flow control requires a push based consumer"),
  filterNoSubset: error(400, 10_093, "consumer filter subject is not a valid subset of the interest subjects"),
  invalidPolicy: (why: string) => error(400, 10_094, why),
  flowControlNeedsHeartbeats: error(400, 10_108, "consumer with flow control also needs heartbeats"),
  purgeFailed: (why: string) => error(500, 10_110, why),
  rollupFailed: (why: string) => error(500, 10_111, why),
  filterMismatch: error(400, 10_131, "Consumer create request did not match filtered subject from create subject"),
  consumerExists: error(400, 10_148, "consumer already exists"),
  consumerMissing: error(400, 10_149, "consumer does not exist"),
  consumerUpdate: (why: string) => error(500, 10_012, why),
  duplicateInProcess: error(409, 10_158, "duplicate message id is in process"),
  wrongLastInProcess: error(400, 10_164, "wrong last sequence"),
  invalidTtl: error(400, 10_165, "invalid per-message TTL"),
  ttlDisabled: error(400, 10_166, "per-message TTL is disabled"),
  invalidReset: (why: string) => error(400, 10_204, `invalid reset: ${why}`),
} as const;

/** Thrown within the server and sent as the answer. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly answer: ApiError;

  constructor(answer: ApiError) {
    super(answer.description);
    this.answer = answer;
  }
}
