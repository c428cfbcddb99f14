/** Header names of a fact; those of the trace context are exactly lower case, as NATS compares case. */
export const header = {
  type: "Ek-Type",
  schema: "Ek-Schema",
  signature: "Ek-Sig",
  messageId: "Nats-Msg-Id",
  expectLast: "Nats-Expected-Last-Subject-Sequence",
  traceparent: "traceparent",
  tracestate: "tracestate",
  kvOperation: "KV-Operation",
  rollup: "Nats-Rollup",
  ttl: "Nats-TTL",
} as const;

/** Schema major of a message: the last number of its package, `evenkeel.apply.v1.ApplyFinished` is 1. */
export const schemaMajor = (type: string): string => /\.v(\d+)\.[A-Za-z]+$/.exec(type)?.[1] ?? "";
