import { type DesiredStateChanged, flows, smallProfile } from "@evenkeel/contracts";
import { silentTelemetry } from "@evenkeel/telemetry";
import { eventually } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { adminOf } from "../topology/admin.fixture.ts";
import { installation, startTestBus } from "../bus.fixture.ts";
import { migrateBus } from "../topology/migrate.ts";

const flow = flows.desiredStateChanged;
const desired = (cluster: string, app: string, digest: string): DesiredStateChanged =>
  flow.codec.fromPartial({ unit: { cluster, app, appUid: `${app}-uid` }, digest, cause: digest });

test("the newest fact of each subject is kept, told and narrowed; a stream made anew begins it anew", async () => {
  await using bus = await startTestBus();
  await using owner = await adminOf(bus);
  const renderer = await bus.connect("renderer");
  const detector = await bus.connect("drift-detector");
  const stop = new AbortController();
  await renderer.publish(flow, desired("prod.eu", "web", "one"));
  await renderer.publish(flow, desired("prod.eu", "web", "two"));
  await renderer.publish(flow, desired("test", "web", "other"));
  await renderer.publish(
    flows.renderFailed,
    flows.renderFailed.codec.fromPartial({ unit: { cluster: "prod.eu", app: "web", appUid: "web-uid" }, cause: "no" }),
  );
  const heard: string[] = [];
  let resets = 0;
  const handlers = {
    onFact: ({ fact }: { readonly fact: DesiredStateChanged }) => void heard.push(fact.digest),
    onReset: () => void (resets += 1),
  };
  const latest = await detector.latest(flow, { "unit.cluster": "prod.eu" }, handlers, stop.signal);
  const everything = await detector.latest(flow, {}, {}, stop.signal);
  const ofWeb = { "unit.cluster": "prod.eu", "unit.app": "web" };
  expect(heard).toEqual(["two"]);
  expect(latest.get(ofWeb)?.fact.digest).toBe("two");
  expect(latest.get({ ...ofWeb, "unit.app": "other" })).toBeUndefined();
  const digestsOf = (cluster?: string) =>
    everything.all(cluster === undefined ? {} : { "unit.cluster": cluster }).map(({ fact }) => fact.digest);
  expect([digestsOf(), digestsOf("test"), digestsOf("none")]).toEqual([["two", "other"], ["other"], []]);

  const changes: string[] = [];
  const listening = latest.onChange(({ fact }) => changes.push(fact.digest));
  await renderer.publish(flow, desired("prod.eu", "web", "three"));
  await eventually(() => changes.length === 1);
  listening[Symbol.dispose]();
  await renderer.publish(flow, desired("prod.eu", "web", "four"));
  await eventually(() => latest.get(ofWeb)?.fact.digest === "four");
  expect([changes, heard]).toEqual([["three"], ["two", "three", "four"]]);

  await owner.jsm.streams.delete("DESIRED");
  const { seed } = bus.identities.migrate;
  await migrateBus({ servers: [bus.nats.url], installation, seed, counts: smallProfile }, silentTelemetry().log);
  await renderer.publish(flow, desired("prod.eu", "api", "anew"));
  await eventually(() => heard.at(-1) === "anew", { timeoutMs: 12_000 });
  expect([resets, latest.get(ofWeb), latest.all().length]).toEqual([1, undefined, 1]);
  stop.abort();
});

test("a view is of flows of one stream", async () => {
  await using bus = await startTestBus();
  const viewer = await bus.connect("status-api");
  const both = [flows.applyFinished, flows.driftDetected];
  await expect(viewer.view(both, {}, { onEntry: () => {} }, AbortSignal.timeout(1000))).rejects.toThrow(
    /a view is of one stream/,
  );
});
