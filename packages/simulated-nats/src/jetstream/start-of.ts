import type { ConsumerConfig } from "./consumer-config.ts";
import type { MessageLog } from "./message-log.ts";
import type { DeliveryState } from "./pending.ts";

/** The newest message of each subject, and where to go on after them. */
interface Only {
  readonly seqs: number[];
  readonly resume: number;
}

/** Where a new consumer begins. */
export const startOf = (
  log: MessageLog,
  { deliver_policy: policy, filter_subject: filter, opt_start_seq: from }: ConsumerConfig,
  perSubject: number,
): { readonly deliveries: DeliveryState; readonly only: Only | undefined } => {
  const only = policy === "last_per_subject" && perSubject !== 1 ? newestOfEach(log, filter) : undefined;
  let seq = beginOf(log, policy, filter, from);
  if (only !== undefined) seq = only.seqs[0] ?? log.lastSeq;
  if (log.lastSeq === 0 && from === undefined) seq = 1;
  else if (seq > log.lastSeq && from === undefined) seq = log.lastSeq + 1;
  else if (seq < log.firstSeq) seq = log.firstSeq;
  const before = { consumer: 0, stream: seq - 1 };
  return {
    only,
    deliveries: {
      next: { consumer: 1, stream: seq },
      floor: before,
      delivered: before,
      toldFloor: before,
      pending: [],
      redelivered: [],
    },
  };
};

const beginOf = (
  log: MessageLog,
  policy: ConsumerConfig["deliver_policy"],
  filter: string | undefined,
  from: number | undefined,
): number => {
  if (from !== undefined) return from;
  if (policy === "new") return log.lastSeq + 1;
  if (policy === "last") return log.lastOf(filter ?? ">")?.seq ?? 0;
  return log.firstSeq;
};

const newestOfEach = (log: MessageLog, filter: string | undefined): Only => {
  const newest = new Map<string, number>();
  for (const { subject, seq } of log.all(filter)) newest.set(subject, seq);
  return { seqs: [...newest.values()].toSorted((a, b) => a - b), resume: log.lastSeq };
};
