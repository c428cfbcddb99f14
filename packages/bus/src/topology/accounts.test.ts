import { flows, serviceNames, smallProfile, type Flow } from "@evenkeel/contracts";
import type { ServiceName } from "@evenkeel/contracts";
import { jetstreamManager, type JetStreamManager } from "@nats-io/jetstream";
import { headers, nkeyAuthenticator, type NatsConnection } from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import { eventually } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startTestBus, type TestBus } from "../bus.fixture.ts";
import { bucketPolicies, bucketStream } from "./buckets.ts";
import { isWithin } from "./bucket-writers.ts";
import { durablesOf } from "./consumers.ts";
import { permissionsOf } from "./permissions.ts";
import { streams } from "./streams.ts";

/** One subject of every stream and bucket, as an attacker would choose it. */
const victims = [
  ...(Object.values(flows) as readonly Pick<Flow<unknown>, "stream" | "template">[])
    .filter(({ stream }) => stream !== "")
    .map(({ template }) => `ek.v1.${template.replace(/\{[^}]+\}/g, "victim")}`),
  ...bucketPolicies.map(({ name }) => `$KV.${name}.victim.a.b`),
  "$KV.tips.src.victim",
  "$KV.tips.seq",
  "$KV.tips.tools",
  "$KV.blobs.set.victim",
];

/** What a service may not publish by itself. */
const foreignTo = (service: ServiceName): readonly string[] =>
  victims.filter((victim) => !permissionsOf(service).publish.some((pattern) => isWithin(victim, pattern)));

const everyStream = [...streams.map(({ name }) => name), ...bucketPolicies.map(({ name }) => bucketStream(name))];

describe.each([1, 3] as const)(
  "on %i nats-server, no identity has the server store anything but by publishing it",
  (replicas) => {
    let bus: TestBus;
    let admin: NatsConnection;
    let jsm: JetStreamManager;
    beforeAll(async () => {
      bus = await startTestBus(replicas);
      const authenticator = nkeyAuthenticator(new TextEncoder().encode(bus.identities.migrate.seed));
      admin = await connect({ servers: bus.nats.url, inboxPrefix: "_INBOX_migrate", authenticator });
      jsm = await jetstreamManager(admin);
      // Something to be read in every stream, so that there are bytes of the attacker's choice.
      const watcher = await bus.connect("source-watcher");
      await watcher.bytes("tips").put("src.mine", new TextEncoder().encode("forged"));
      await watcher.bytes("declarations").put("Cluster.mine", new TextEncoder().encode("forged"));
      await watcher.bytes("blobs").put("git.mine", new TextEncoder().encode("forged"));
      await (await bus.connect("applier")).bytes("inventory").put("unit.mine", new TextEncoder().encode("forged"));
    }, 120_000);
    afterAll(async () => {
      await admin?.close();
      await bus?.[Symbol.asyncDispose]();
    });

    const enter = async (service: ServiceName): Promise<NatsConnection> => {
      const { seed, inbox } = bus.rawLogin(service);
      return connect({ servers: bus.nats.url, inboxPrefix: inbox, authenticator: nkeyAuthenticator(seed) });
    };
    /** How much was ever stored in every stream. */
    const held = async (): Promise<Readonly<Record<string, number>>> =>
      Object.fromEntries(
        await Promise.all(
          everyStream.map(async (name) => [name, (await jsm.streams.info(name)).state.last_seq] as const),
        ),
      );
    /** Waits until the server has answered whatever came before. */
    const settled = async (nc: NatsConnection, inbox: string): Promise<void> => {
      await nc.request("$JS.API.INFO", "", { timeout: 10_000, noMux: true, reply: `${inbox}.settled` });
      await jsm.getAccountInfo();
    };

    test.each(serviceNames)("%s by the reply subject of each of its requests", async (service) => {
      const nc = await enter(service);
      const { inbox } = bus.rawLogin(service);
      const own = durablesOf(smallProfile).filter((durable) => durable.service === service);
      const reads = everyStream.filter((name) =>
        permissionsOf(service).publish.includes(`$JS.API.STREAM.MSG.GET.${name}`),
      );
      const requests: readonly (readonly [subject: string, body: string])[] = [
        ["$JS.API.INFO", ""],
        ...everyStream.map((name) => [`$JS.API.STREAM.INFO.${name}`, ""] as const),
        ...reads.map((name) => [`$JS.API.STREAM.MSG.GET.${name}`, JSON.stringify({ seq: 1 })] as const),
        ...reads.map((name) => [`$JS.API.CONSUMER.INFO.${name}.none`, ""] as const),
        ...reads.map((name) => [`$JS.API.CONSUMER.CREATE.${name}.x`, "{}"] as const),
        ...reads.map((name) => [`$JS.API.CONSUMER.DELETE.${name}.none`, ""] as const),
        ["$JS.API.DIRECT.GET.KV_blobs.$KV.blobs.git.mine", ""],
        ["$JS.API.DIRECT.GET.KV_blobs", JSON.stringify({ seq: 1, next_by_subj: ">", batch: 10 })],
        ...own.flatMap(({ stream, name }) => [
          [`$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`, JSON.stringify({ batch: 5, no_wait: true })] as const,
          [`$JS.API.CONSUMER.RESET.${stream}.${name}`, ""] as const,
          [`$JS.ACK.${stream}.${name}.1.1.1.1.0`, "+NXT"] as const,
          [`$JS.ACK.hub.x.${stream}.${name}.1.1.1.1.0`, "+ACK"] as const,
        ]),
        ["$JS.FC.DESIRED.x", ""],
      ];
      await settled(nc, inbox);
      const before = await held();
      for (const victim of foreignTo(service))
        for (const [subject, body] of requests) nc.publish(subject, body, { reply: victim });
      await settled(nc, inbox);
      await nc.close();
      expect(await held()).toEqual(before);
    });

    test.each(serviceNames)("%s by the deliver subject of a push consumer", async (service) => {
      const nc = await enter(service);
      const { inbox } = bus.rawLogin(service);
      const reads = ["KV_tips", "KV_declarations", "KV_inventory", "KV_blobs"].filter((name) =>
        permissionsOf(service).publish.includes(`$JS.API.CONSUMER.CREATE.${name}.>`),
      );
      await settled(nc, inbox);
      const before = await held();
      const subjects = [
        ...foreignTo(service),
        "$JS.API.STREAM.PURGE.KV_tips",
        "$JS.API.STREAM.DELETE.DESIRED",
        "$JS.ACK.x",
      ];
      let asked = 0;
      for (const name of reads) {
        for (const deliver of subjects) {
          const config = {
            name: `push${asked++}`,
            deliver_subject: deliver,
            deliver_policy: "all",
            ack_policy: "none",
          };
          const body = JSON.stringify({ stream_name: name, config: { ...config, inactive_threshold: 30e9 } });
          await nc.request(`$JS.API.CONSUMER.CREATE.${name}.${config.name}`, body, {
            timeout: 10_000,
            noMux: true,
            reply: `${inbox}.push${asked}`,
          });
        }
      }
      await settled(nc, inbox);
      // A consumer that delivers says so; none does, as in that account nobody but streams listens there.
      for (const name of reads) {
        for await (const { push_bound, delivered } of jsm.consumers.list(name)) {
          expect([push_bound ?? false, delivered.consumer_seq]).toEqual([false, 0]);
        }
      }
      expect(await held()).toEqual(before);
      await nc.close();
    });

    test.each(serviceNames)(
      "%s by a header of its own empties nothing, below no subject that it may publish",
      async (service) => {
        const nc = await enter(service);
        const own = permissionsOf(service)
          .publish.filter((subject) => /^\$KV\.|^ek\./.test(subject) && !subject.startsWith("ek.v1.hint."))
          .map((subject) => subject.replaceAll("*", "0").replace(">", "0.0"));
        const answers: (readonly [subject: string, kind: string, said: string | undefined])[] = [];
        const before = await held();
        for (const subject of own) {
          for (const [kind, value] of [
            ["Nats-Rollup", "all"],
            ["Nats-Rollup", "sub"],
            ["Nats-Schedule", "@every 1s"],
            ["Nats-TTL", "never"],
          ] as const) {
            // What is collected there is marked for an hour.
            if (kind === "Nats-TTL" && subject.startsWith("$KV.blobs.")) continue;
            const head = headers();
            head.set(kind, value);
            const answer = await nc.request(subject, "x", { headers: head, timeout: 5_000 });
            answers.push([subject, kind, answer.json<{ error?: { description: string } }>().error?.description]);
          }
        }
        expect(answers).toEqual(
          answers.map(([subject, kind]) => [subject, kind, expect.stringMatching(/rollup|roll-up|schedule|TTL/)]),
        );
        expect(await held()).toEqual(before);
        await nc.close();
      },
    );

    test.each([
      ["the newest of a key", "$JS.API.DIRECT.GET.KV_blobs.$KV.blobs.git.mine", ""],
      ["one message", "$JS.API.STREAM.MSG.GET.KV_blobs", JSON.stringify({ last_by_subj: "$KV.blobs.git.mine" })],
      [
        "a consumer",
        "$JS.API.CONSUMER.CREATE.KV_blobs.all",
        JSON.stringify({ stream_name: "KV_blobs", config: { name: "all", ack_policy: "none" } }),
      ],
    ])("status-api reads no blob, which may hold the values of Secrets, by %s", async (_title, subject, body) => {
      const nc = await enter("status-api");
      await expect(nc.request(subject, body, { timeout: 3_000 })).rejects.toThrow(/permissions violation/i);
      await nc.close();
      // Another that may is answered: the question itself is a good one.
      const applier = await enter("applier");
      const answer = await applier.request(subject, body, { timeout: 5_000 });
      expect(answer.headers?.code ?? 200).toBeLessThan(400);
      expect(new TextDecoder().decode(answer.data)).not.toMatch(/"error"/);
      await applier.close();
    });

    test("nobody but the migration administers a stream: no republish, no new subject, no purge", async () => {
      for (const service of serviceNames) {
        const nc = await enter(service);
        const refused: string[] = [];
        void (async () => {
          for await (const { type, ...rest } of nc.status()) {
            if (type === "error" && "error" in rest) refused.push(rest.error.message);
          }
        })();
        const config = { name: "KV_blobs", subjects: ["$KV.blobs.>"], republish: { src: ">", dest: "$KV.tips.>" } };
        const requests = [
          ["$JS.API.STREAM.UPDATE.KV_blobs", JSON.stringify(config)],
          [
            "$JS.API.STREAM.CREATE.MINE",
            JSON.stringify({ name: "MINE", subjects: ["mine.>"], sources: [{ name: "KV_tips" }] }),
          ],
          ["$JS.API.STREAM.PURGE.KV_tips", ""],
          ["$JS.API.STREAM.MSG.DELETE.KV_tips", JSON.stringify({ seq: 1 })],
          ["$JS.API.CONSUMER.DURABLE.CREATE.KV_tips.d", "{}"],
        ] as const;
        for (const [subject, body] of requests)
          nc.publish(subject, body, { reply: `${bus.rawLogin(service).inbox}.x` });
        await eventually(() => refused.length === requests.length);
        await nc.close();
      }
      expect((await jsm.streams.info("KV_blobs")).config.republish).toBeUndefined();
      expect((await jsm.streams.info("KV_tips")).state.messages).toBeGreaterThan(0);
    });
  },
);
