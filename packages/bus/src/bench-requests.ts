import { systemClock } from "@evenkeel/machine";
import { startNats } from "@evenkeel/testing";
import { systemRng } from "@evenkeel/machine";
import { jetstreamManager, StorageType } from "@nats-io/jetstream";
import { headers, type MsgHdrs, type NatsConnection } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";

import { createServiceKey, signerOf } from "./trust/service-key.ts";
import { connectionOptions } from "./wire/connection.ts";
import { encodeHeaders, openRequests } from "./wire/requests.ts";

// What a small publish costs in this process by our own requests and by the client's, in turns on one server:
// node packages/bus/src/bench-requests.ts [under way at once] [publishes a turn]

const [atOnce = 64, turnOf = 3000] = process.argv.slice(2).map(Number);
const ROUNDS = 25;
const INBOX = "_INBOX";
const body = new Uint8Array(300).fill(7);
const TIMEOUT = 5000;

type Send = (id: string) => Promise<unknown>;

const pairsOf = (id: string): readonly (readonly [string, string])[] => [
  ["Nats-Msg-Id", id],
  ["Ek-Signature", "A".repeat(146)],
];
const headersOf = (id: string): MsgHdrs => {
  const given = headers();
  for (const [name, value] of pairsOf(id)) given.set(name, value);
  return given;
};

await using server = await startNats();
await using closing = new AsyncDisposableStack();
const open = async (): Promise<NatsConnection> => {
  const signer = signerOf(createServiceKey().seed);
  const nc = await connect(
    connectionOptions({ servers: [server.url], name: "bench", inboxPrefix: INBOX, signer }, systemRng),
  );
  closing.defer(() => nc.close());
  return nc;
};
const subjects = ["bench.>"];
await (await jetstreamManager(await open())).streams.add({ name: "BENCH", subjects, storage: StorageType.Memory });

const client = await open();
const ours = openRequests(await open(), INBOX, systemClock);
const mixed = openRequests(await open(), INBOX, systemClock);
const modes: readonly (readonly [name: string, send: Send])[] = [
  ["our requests", (id) => ours.send("bench.a", body, { timeoutMs: TIMEOUT, headers: encodeHeaders(pairsOf(id)) })],
  [
    "our requests, the client's headers",
    (id) =>
      mixed.send("bench.a", body, {
        timeoutMs: TIMEOUT,
        headers: (headersOf(id) as unknown as { encode(): Uint8Array }).encode(),
      }),
  ],
  ["the client's", (id) => client.request("bench.a", body, { timeout: TIMEOUT, headers: headersOf(id) })],
];

/** CPU of this process for one publish, in microseconds. */
let sent = 0;
const turn = async (send: Send): Promise<number> => {
  let left = turnOf;
  const before = process.cpuUsage();
  const work = async (): Promise<void> => {
    while (left-- > 0) await send(String((sent += 1)));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / turnOf;
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const rounds: number[][] = [];
for (let n = -2; n < ROUNDS; n += 1) {
  const round: number[] = [];
  for (const [, send] of modes) round.push(await turn(send));
  if (n >= 0) rounds.push(round);
}
modes.forEach(([name], mode) => {
  const us = median(rounds.map((round) => round[mode] ?? 0));
  const ratio = median(rounds.map((round) => (round[mode] ?? 0) / (round[0] ?? 1)));
  process.stdout.write(`${name}: ${us.toFixed(1)} us of CPU a publish, ${ratio.toFixed(2)} of what ours take\n`);
});
