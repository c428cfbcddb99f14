import { jetstream } from "@nats-io/jetstream";
import type { Telemetry } from "@evenkeel/telemetry";

import { checkServer, checkTopology } from "./topology/boot-checks.ts";
import type { BusConfig } from "./bus-config.ts";
import { faultOf, watchLiveness } from "./wire/bus-liveness.ts";
import { type CleanEnd, openCleanEnd } from "./wire/clean-end.ts";
import { readBirth } from "./topology/bus-birth.ts";
import { dial } from "./wire/connection.ts";
import { watchConnection } from "./wire/connection-watch.ts";
import { consumeDurable } from "./consume/consume.ts";
import type { Core } from "./core.ts";
import { openFreedLeases } from "./shards/freed-leases.ts";
import { onHint, sendHint } from "./facts/hints.ts";
import { readLastFact } from "./facts/last-fact.ts";
import { openLatest } from "./facts/latest.ts";
import { holdShards } from "./shards/hold-shards.ts";
import { createMessagingMetrics } from "./facts/messaging-metrics.ts";
import { sharedMembership } from "./shards/members.ts";
import { inboxPrefix } from "./topology/permissions.ts";
import type { Bus } from "./port.ts";
import { publishFact } from "./facts/publish.ts";
import { purgeBefore } from "./facts/purge-before.ts";
import { observeQueueAges } from "./consume/queue-ages.ts";
import { readAllFacts } from "./facts/read-stored-facts.ts";
import { openOwnState, openState } from "./state/open-state.ts";
import { portsOf } from "./wire/ports.ts";
import { openRequests } from "./wire/requests.ts";
import { closeWhenRefused } from "./wire/refused-key.ts";
import { createSeal } from "./state/seal.ts";
import { signerOf } from "./trust/service-key.ts";
import { statementText } from "./trust/sign-fact.ts";
import { verifierFor } from "./trust/trust.ts";
import { createVerifiedMemo } from "./trust/verified-memo.ts";
import { readNewestEpoch, readStoreLevel, readStoreLevels } from "./topology/store-levels.ts";
import { viewFacts } from "./facts/view.ts";
import type { Wire } from "./wire/wire.ts";

/** What is in hand at the end may take so long. */
const END_MS = 15_000;

/** Connects one service to its bus, after the checks that this is the bus it was made for. */
export const connectBus = async (config: BusConfig, telemetry: Telemetry, signal?: AbortSignal): Promise<Bus> =>
  busOf(await connectCore(config, telemetry, signal));

/** The same, as the parts of this package have it. */
export const connectCore = async (
  config: BusConfig,
  telemetry: Telemetry,
  signal?: AbortSignal,
): Promise<Connected> => {
  const ports = portsOf(config);
  const memo = config.verified ?? createVerifiedMemo();
  const signer = signerOf(config.seed, memo);
  const verify = verifierFor(config.trust, memo);
  const nc = await dial(
    {
      servers: config.servers,
      name: `${config.service}/${config.instance}`,
      inboxPrefix: inboxPrefix(config.service),
      signer,
      ...(config.tls === undefined ? {} : { tls: config.tls }),
    },
    ports,
    60_000,
    signal,
  );
  closeWhenRefused(nc, ports.clock, telemetry.log).catch(() => {}); // ends with the connection
  try {
    const js = jetstream(nc);
    const jsm = await js.jetstreamManager(false);
    const checking: Wire = {
      clock: ports.clock,
      rng: ports.rng,
      nc,
      js,
      jsm,
      requests: openRequests(nc, inboxPrefix(config.service), ports.clock),
      log: telemetry.log,
      seal: createSeal(config.installation, signer, verify, config.service),
      singleReplica: true,
      connection: watchConnection(nc, true),
    };
    await checkServer(checking, signal);
    const wanted = { counts: config.counts, installation: config.installation, production: config.production === true };
    const topology = await checkTopology(checking, wanted, signal);
    const { service, instance, installation, counts } = config;
    const singleReplica = topology.replicas <= 1;
    const wire = { ...checking, singleReplica, connection: watchConnection(nc, singleReplica) };
    const cleanEnd = openCleanEnd(wire, service, instance);
    const mustReplay = (durable: string): Promise<boolean> => cleanEnd.mustReplay(durable);
    const metrics = createMessagingMetrics(telemetry.meter);
    const queues = observeQueueAges(telemetry, ports.clock);
    const core = {
      wire,
      service,
      instance,
      installation,
      counts,
      signer,
      verify,
      telemetry,
      metrics,
      queues,
      mustReplay,
    };
    return { core, cleanEnd, version: config.version ?? "" };
  } catch (error) {
    await nc.close();
    throw error;
  }
};

interface Connected {
  readonly core: Core;
  readonly cleanEnd: CleanEnd;
  /** Of the program. */
  readonly version: string;
}

/** What a service sees of it. */
export const busOf = ({ core, cleanEnd, version }: Connected): Bus => {
  const { nc } = core.wire;
  const closing = new AbortController();
  const membership = sharedMembership(core, version);
  const leases = openFreedLeases(core, closing.signal);
  const watch = watchLiveness(core.wire);
  const working = new Set<Promise<void>>();
  /** Work that must have ended before the connection does. */
  const work = (run: (until: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> => {
    const ended = run(AbortSignal.any([signal, closing.signal])).finally(() => working.delete(ended));
    working.add(ended);
    return ended;
  };
  return {
    service: core.service,
    instance: core.instance,
    installation: core.installation,
    counts: core.counts,
    publicKey: core.signer.publicKey,
    publish: (flow, fact, options) => publishFact(core, flow, fact, options),
    readLast: (flow, tokens, signal) => readLastFact(core, flow, tokens, signal),
    readAll: (flow, tokens, from, signal) => readAllFacts(core, flow, tokens, from, signal),
    consume: (durable, routes, options, signal) =>
      work((until) => consumeDurable(core, durable, routes, options, until), signal),
    view: (of, tokens, handlers, signal) =>
      viewFacts(core, of, tokens, handlers, AbortSignal.any([signal, closing.signal])),
    latest: (flow, tokens, handlers, signal) =>
      openLatest(core, flow, tokens, handlers, AbortSignal.any([signal, closing.signal])),
    state: (rule) => openState(core.wire, rule),
    ownState: (rule) => openOwnState(core.wire, core.service, rule),
    holdShards: (shards, signal) =>
      work(async (until) => holdShards(core, await membership.join(until), leases, shards, until), signal),
    purgeBefore: (flow, tokens, sequence, signal) => purgeBefore(core, flow, tokens, sequence, signal),
    storeLevel: (store, signal) => readStoreLevel(core.wire, store, signal),
    storeLevels: (signal) => readStoreLevels(core.wire, signal),
    birth: (signal) => readBirth(core.wire, signal),
    newestEpoch: (signal) => readNewestEpoch(core.wire, signal),
    hint: (flow, fact) => sendHint(core, flow, fact),
    onHint: (flow, handle, signal) => onHint(core, flow, handle, signal),
    sign: (text) => core.signer.signText(statementText(core.installation, text)),
    verify: (text, signature, role) => {
      const signed = core.verify(statementText(core.installation, text), signature, core.wire.clock.now());
      return signed.ok && signed.role === role;
    },
    liveness: () => watch.liveness(),
    onLiveness: (changed, until) => watch.onLiveness(changed, until),
    fault: () => faultOf(watch.liveness()),
    closed: nc.closed().then(() => {}),
    async [Symbol.asyncDispose]() {
      closing.abort(new Error("bus is closed"));
      // A handler that does not stop must not keep the process: what it holds comes back to the next owner.
      const enough = new AbortController();
      await Promise.race([Promise.allSettled(working), core.wire.clock.sleep(END_MS, enough.signal)]);
      enough.abort();
      watch[Symbol.dispose]();
      await cleanEnd.mark();
      await nc.drain().catch(() => nc.close());
    },
  };
};
