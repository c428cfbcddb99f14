import { systemClock, systemRng } from "@evenkeel/machine";

import { createSimulatedNats, simulatedDial } from "./index.ts";

// `node src/bench-messages.ts`: how many messages a second go from a client into a stream and on to another client.

const MESSAGES = 200_000;
const IN_FLIGHT = 64;

const server = createSimulatedNats({ clock: systemClock, rng: systemRng });
const dial = simulatedDial(server);
const [publisher, reader] = [
  await dial({ servers: server.url, name: "publisher" }),
  await dial({ servers: server.url, name: "reader" }),
];
const ask = async (subject: string, body: object): Promise<void> => {
  const { error } = (await publisher.request(subject, JSON.stringify(body))).json<{ readonly error?: object }>();
  if (error !== undefined) throw new Error(JSON.stringify(error));
};
await ask("$JS.API.STREAM.CREATE.S", {
  name: "S",
  subjects: ["s.>"],
  max_msgs_per_subject: 1,
  discard: "new",
  max_bytes: 64_000_000,
});
let delivered = 0;
const { promise: all, resolve } = Promise.withResolvers<void>();
reader.subscribe("deliver.here", { callback: () => void (++delivered === MESSAGES && resolve()) });
await reader.flush();
await ask("$JS.API.CONSUMER.CREATE.S.w", {
  stream_name: "S",
  action: "create",
  config: {
    name: "w",
    deliver_subject: "deliver.here",
    deliver_policy: "all",
    ack_policy: "none",
    max_deliver: 1,
    mem_storage: true,
  },
});

const body = new Uint8Array(300);
let sent = 0;
const INBOX = "answers";
const next = (): void => {
  if (sent >= MESSAGES) return;
  publisher.publish(`s.${sent % 100}`, body, { reply: `${INBOX}.${sent++}` });
};
publisher.subscribe(`${INBOX}.*`, { callback: next });
const begun = performance.now();
for (let n = 0; n < IN_FLIGHT; n++) next();
await all;
const seconds = (performance.now() - begun) / 1000;
console.log(`${Math.round(MESSAGES / seconds)} messages/s published, answered and delivered`);
await Promise.all([publisher.close(), reader.close()]);
