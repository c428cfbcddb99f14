import { flows } from "@evenkeel/contracts";
import type { StatusServiceClient, WatchUnitsResponse } from "@evenkeel/contracts";
import { eventually } from "@evenkeel/testing";
import { Status } from "nice-grpc";
import { expect, it } from "vitest";

import { serveStatus } from "../story/served-status.fixture.ts";
import * as story from "../story/story.fixture.ts";
import { serveGrpc } from "./serve-grpc.ts";
import { queriesInProcess } from "./serve-in-process.ts";

const web = { cluster: "prod-eu", app: "web" };

const listening = (): number => process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length;

const codeOf = async (call: Promise<unknown>): Promise<unknown> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return (error as { readonly code?: Status } | undefined)?.code;
};

type Asked = Pick<StatusServiceClient, "getUnit" | "getTrace" | "listUnits" | "watchUnits">;

const eventsOf = async (client: Asked): Promise<readonly WatchUnitsResponse[]> => {
  const seen: WatchUnitsResponse[] = [];
  for await (const event of client.watchUnits(web)) {
    seen.push(event);
    if (event.event?.$case === "snapshotComplete") break;
  }
  return seen;
};

it("answers in its process what the server answers, and opens no socket for it", async () => {
  await using served = await serveStatus();
  const renderer = await served.as("renderer");
  await (await served.as("source-watcher")).publish(flows.commitObserved, story.observed(3, "a"));
  await renderer.publish(flows.desiredStateChanged, story.desired(3, "a"), { expectLast: 0 });
  await renderer.publish(flows.commitPlanned, story.planned(3, "a"));

  const queries = queriesInProcess();
  const { client } = queries;
  expect(await codeOf(client.getUnit(web))).toBe(Status.UNAVAILABLE);
  const before = listening();
  const alone = await served.beside(queries.serve);
  expect(listening()).toBe(before);
  expect(alone.address).toBe("in-process");
  await eventually(() => expect(queries.isServing()).toBe(true));
  await eventually(async () => expect((await client.listUnits(web)).total).toBe(1));
  await alone.end();
  expect(queries.isServing()).toBe(false);
  expect(await codeOf(client.listUnits({}))).toBe(Status.UNAVAILABLE);

  // One instance, asked both ways.
  const both = await served.beside(async (...given) => {
    await queries.serve(...given);
    return serveGrpc(...given);
  });
  const afar = served.clientOf(both.address);
  await eventually(async () => expect((await client.listUnits(web)).total).toBe(1));
  expect(await client.listUnits({})).toEqual(await afar.listUnits({}));
  expect(await client.getUnit(web)).toEqual(await afar.getUnit(web));
  expect(await client.listDrift(web)).toEqual(await afar.listDrift(web));
  expect(await client.getHistory(web)).toEqual(await afar.getHistory(web));
  expect(await client.listSources({})).toEqual(await afar.listSources({}));
  expect(await eventsOf(client)).toEqual(await eventsOf(afar));
  expect((await eventsOf(client)).map(({ event }) => event?.$case)).toEqual(["unit", "snapshotComplete"]);
  const asked: readonly ((to: Asked) => Promise<unknown>)[] = [
    (to) => to.getUnit({ ...web, app: "" }),
    (to) => to.getUnit({ ...web, app: "none" }),
    (to) => to.listUnits({ cluster: "none" }),
    (to) => to.getTrace({ kind: "Pod", name: "none" }),
  ];
  const codes = await Promise.all(asked.map(async (ask) => [await codeOf(ask(client)), await codeOf(ask(afar))]));
  expect(codes).toEqual([
    [Status.INVALID_ARGUMENT, Status.INVALID_ARGUMENT],
    [Status.NOT_FOUND, Status.NOT_FOUND],
    [Status.NOT_FOUND, Status.NOT_FOUND],
    [Status.NOT_FOUND, Status.NOT_FOUND],
  ]);
});
