import type { Durable } from "../topology/consumers.ts";
import type { Core } from "../core.ts";
import { wordsOf } from "../wire/explain-failure.ts";
import { pullSettings } from "../consume/pull-loop.ts";

const LOOK_MS = 500;
/** The last pull of an owner before us has expired by then, and what it was given was seen. */
const untilMs = pullSettings.expires + 4 * LOOK_MS;

/**
 * A pull outlives its owner for up to 5 s, and on several servers the one that answers it does not see that nobody is
 * there: what it is given would come back after ack_wait, 30 s. While such a pull may be open, deliveries that the
 * server counts and we neither have nor have handed back are asked for anew.
 */
export const mendHandOver = async (
  core: Core,
  { stream, name }: Pick<Durable, "stream" | "name">,
  known: () => number,
  reset: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  let before: number | undefined;
  for (let waited = 0; waited < untilMs && !signal.aborted; waited += LOOK_MS) {
    try {
      await core.wire.clock.sleep(LOOK_MS, signal);
      const { delivered, num_ack_pending: pending } = await core.wire.jsm.consumers.info(stream, name);
      const isElsewhere = pending > known();
      // Not on its way to us: nothing was delivered since the look before, when it was missing as well.
      if (isElsewhere && before === delivered.consumer_seq) {
        core.wire.log.info("deliveries went to an owner that is gone", { consumer: name, pending });
        await reset();
        before = undefined;
      } else before = isElsewhere ? delivered.consumer_seq : undefined;
    } catch (error) {
      if (!signal.aborted)
        core.wire.log.debug("hand-over was not looked at", { consumer: name, error: wordsOf(error) });
    }
  }
};
