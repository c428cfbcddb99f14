import type { ConsumerState } from "./consumer.ts";
import type { StreamsState } from "./jetstream.ts";

/**
 * What a server that starts finds on its disk: consumers in memory are gone, and the others know what they have delivered,
 * not how far they had looked for more.
 */
export const afterRestart = ({ streams }: StreamsState): StreamsState => ({
  streams: streams.map((stream) => ({
    ...stream,
    consumers: stream.consumers
      .filter(({ config }) => config.mem_storage !== true && config.durable_name !== undefined)
      .map(restarted),
  })),
});

const restarted = (consumer: ConsumerState): ConsumerState => {
  const { deliveries } = consumer;
  const { delivered, toldFloor } = deliveries;
  return {
    ...consumer,
    deliveries: {
      ...deliveries,
      next: { consumer: delivered.consumer + 1, stream: delivered.stream + 1 },
      floor: { ...toldFloor },
    },
  };
};
