import type { Clock } from "@evenkeel/machine";
import { createMetrics, type Telemetry } from "@evenkeel/telemetry";

/** Age of the oldest unsettled delivery of each durable that this process pulls: the autoscaling signal. */
export interface QueueAges {
  /** `oldest` gives when the oldest delivery was published; call the result when the loop ends. */
  add(durable: string, oldest: () => Date | undefined): () => void;
}

/** Observed when metrics are read; a durable that nobody pulls any more is not told. */
export const observeQueueAges = (telemetry: Telemetry, clock: Clock): QueueAges => {
  const loops = new Map<string, () => Date | undefined>();
  createMetrics(telemetry.meter).queueAge.observe(() =>
    [...loops].map(([durable, oldest]) => {
      const at = oldest();
      const [, stage = durable, partition = ""] = /^(.*)-(\d+)$/.exec(durable) ?? [];
      return {
        value: at === undefined ? 0 : Math.max(0, clock.now().getTime() - at.getTime()) / 1000,
        labels: { stage, partition },
      };
    }),
  );
  return {
    add(durable, oldest) {
      loops.set(durable, oldest);
      return () => {
        if (loops.get(durable) === oldest) loops.delete(durable);
      };
    },
  };
};
