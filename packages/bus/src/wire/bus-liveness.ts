import { createListeners } from "@evenkeel/async";
import { buckets } from "@evenkeel/contracts";

import { bucketStream, bucketSubject } from "../topology/buckets.ts";
import { wordsOf } from "./explain-failure.ts";
import type { Liveness } from "../port.ts";
import { parseAnswer } from "../facts/read-stored.ts";
import type { Wire } from "./wire.ts";

const ASK_MS = 1000;
const ANSWER_MS = 2000;
/** So long without an answer, and the bus is lost: longer than a leader's election on an idle machine takes. */
const SILENT_MS = 6000;

/** What is known of the bus itself, by asking for one small value each second: a quiet bus and a dead one look alike else. */
export interface BusWatch extends Disposable {
  liveness(): Liveness;
  onLiveness(changed: (liveness: Liveness) => void, until?: AbortSignal): Disposable;
}

export const watchLiveness = (wire: Wire): BusWatch => {
  const { clock } = wire;
  const listeners = createListeners<[Liveness]>();
  const subject = `$JS.API.STREAM.MSG.GET.${bucketStream("config")}`;
  const body = Buffer.from(JSON.stringify({ last_by_subj: bucketSubject("config", buckets.topology.template) }));
  let answered = { at: clock.now(), monotonicMs: clock.monotonic() };
  let why = "";
  let asking = false;
  let wasLost = false;

  const liveness = (): Liveness => {
    const isLost = clock.monotonic() - answered.monotonicMs > SILENT_MS;
    return isLost ? { lostSince: answered.at, why } : { lostSince: undefined, why: "" };
  };
  const tell = (): void => {
    const now = liveness();
    if ((now.lostSince !== undefined) === wasLost) return;
    wasLost = now.lostSince !== undefined;
    if (wasLost) wire.log.error("the bus is lost", { since: now.lostSince?.toISOString(), reason: now.why });
    else wire.log.info("the bus answers again");
    listeners.tell(now);
  };
  const ask = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      parseAnswer(await wire.requests.send(subject, body, { timeoutMs: ANSWER_MS }));
      answered = { at: clock.now(), monotonicMs: clock.monotonic() };
    } catch (error) {
      why = wire.connection.whyDown() ?? wordsOf(error);
    } finally {
      asking = false;
      tell();
    }
  };
  const timer = clock.every(ASK_MS, () => {
    tell();
    void ask();
  });
  return {
    liveness,
    onLiveness: (changed, until) => listeners.add(changed, until),
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
};

/** The same for a check of readiness: undefined while the bus answers, else since when it does not and why. */
export const faultOf = ({ lostSince, why }: Liveness): string | undefined =>
  lostSince === undefined
    ? undefined
    : `has not answered since ${lostSince.toISOString()} (${why}); look at nats-server, all goes on by itself once it answers`;
