import { flowsOf, DeadLetterClass, DesiredStateChanged, flows, smallProfile, subjectOf } from "@evenkeel/contracts";
import { headers, nkeyAuthenticator } from "@nats-io/nats-core";
import { eventually } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { installation, startTestBus, type TestBus } from "../bus.fixture.ts";
import { BusConflict, BusRefused } from "../bus-errors.ts";
import { commit, flow, plan, viewLetters } from "../commit.fixture.ts";
import { done } from "../port.ts";
import { signerOf } from "../trust/service-key.ts";
import { factText } from "../trust/sign-fact.ts";

/** A client with the key of one service that sends what it likes. */
const rawClient = (bus: TestBus, service: "source-watcher" | "applier") =>
  bus.dial({
    servers: bus.nats.url,
    inboxPrefix: `_INBOX_${service}`,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(bus.identities.keys[service].seed)),
  });

test.concurrent.each([
  ["that is not signed", { sign: "nobody", body: commit("web", 1n) }],
  ["signed by another service", { sign: "applier", body: commit("web", 1n) }],
  ["whose body belongs to another subject", { sign: "source-watcher", body: commit("other", 1n) }],
  ["that does not decode", { sign: "source-watcher", body: undefined }],
] as const)("a message %s is quarantined, seen by no handler and by no view", async (_title, { sign, body }) => {
  await using bus = await startTestBus();
  const stop = new AbortController();
  const letters = await viewLetters(bus, stop.signal);
  const renderer = await bus.connect("renderer");
  let handled = 0;
  await using _loops = plan(renderer, async () => (handled++, done));
  const viewed: unknown[] = [];
  await (
    await bus.connect("status-api", "two")
  ).view(flowsOf("COMMITS"), {}, { onEntry: (entry) => viewed.push(entry) }, stop.signal);

  const subject = subjectOf(flow, commit("web", 1n), smallProfile);
  const data = body === undefined ? Uint8Array.of(0xff, 0xff) : flow.codec.encode(body).finish();
  const head = headers();
  head.set("Ek-Type", flow.type);
  head.set("Ek-Schema", "1");
  if (sign !== "nobody") {
    const signer = signerOf(bus.identities.keys[sign].seed);
    const signature = signer.sign(factText(installation, subject, flow.type, data));
    head.set("Ek-Sig", `${signer.publicKey}:${Buffer.from(signature).toString("base64")}`);
  }
  const forger = await rawClient(bus, "source-watcher");
  forger.publish(subject, data, { headers: head });
  await eventually(() => letters.length === 1);
  await forger.close();
  expect(letters[0]).toMatchObject({ class: DeadLetterClass.QUARANTINED, reason: { code: "MessageRefused" }, subject });
  expect(handled).toBe(0);
  expect(viewed).toEqual([]);
  stop.abort();
});

test.concurrent("the server refuses another service's fact, a foreign durable and a foreign inbox", async () => {
  await using bus = await startTestBus();
  const applier = await bus.connect("applier");
  await expect(applier.publish(flow, commit("web", 1n))).rejects.toBeInstanceOf(BusRefused);
  const desired = flows.desiredStateChanged;
  const forged = desired.codec.decode(new Uint8Array());
  await expect(
    applier.publish(desired, { ...forged, unit: { cluster: "c", app: "a", appUid: "" } }),
  ).rejects.toBeInstanceOf(BusRefused);
  await expect(applier.consume("planner-0", [], { reset: true }, AbortSignal.timeout(5000))).rejects.toBeInstanceOf(
    BusRefused,
  );
  const raw = await rawClient(bus, "applier");
  const { promise: refused, resolve } = Promise.withResolvers<string>();
  raw.subscribe("_INBOX_renderer.>", { callback: (error) => resolve(String(error)) });
  expect(await refused).toMatch(/permissions violation/i);
  await raw.close();
});

test.concurrent("an answer of the server lands in no fact's place, and its owner goes on from what it wrote", async () => {
  await using bus = await startTestBus();
  const renderer = await bus.connect("renderer");
  const applier = await bus.connect("applier");
  const desired = DesiredStateChanged.fromPartial({ unit: { cluster: "c", app: "a" }, cause: "1" });
  const tokens = flows.desiredStateChanged.tokens(desired);
  const { sequence } = await renderer.publish(flows.desiredStateChanged, desired);
  // The applier may ask for its durable, but not publish here: it names the unit's subject as the reply.
  const attacker = await rawClient(bus, "applier");
  const subject = subjectOf(flows.desiredStateChanged, desired, smallProfile);
  attacker.publish("$JS.API.CONSUMER.INFO.DESIRED.applier-0", "", { reply: subject });
  await attacker.flush();
  await attacker.close();
  const again = { ...desired, cause: "2" };
  await renderer.publish(flows.desiredStateChanged, again, { expectLast: sequence });
  expect((await applier.readLast(flows.desiredStateChanged, tokens))?.fact.cause).toBe("2");
  await expect(
    renderer.publish(flows.desiredStateChanged, { ...desired, cause: "3" }, { expectLast: sequence }),
  ).rejects.toBeInstanceOf(BusConflict);
});
