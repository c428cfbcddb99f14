import { Health, SourceStatus, Sync, UnitStatus } from "@evenkeel/contracts";
import { makeRepository } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

import { ago, serveStub } from "./stub-server.fixture.ts";

const reason = {
  code: "ApiUnavailable",
  message: "cluster prod-eu: GET /api failed (ECONNREFUSED)",
  remedy: "look at the API server",
};
const unknown = UnitStatus.fromPartial({
  unit: { cluster: "prod-eu", app: "web" },
  sync: Sync.UNKNOWN,
  health: Health.UNKNOWN,
  ref: "main",
  revision: "3f9c2ab",
  desiredRevision: "3f9c2ab",
  objectCount: 7,
  reason,
  reasonSince: ago(14),
  doubt: { reason, since: ago(14), lastSync: Sync.SYNCED, lastHealth: Health.HEALTHY },
});
const fleet = (condition: Parameters<typeof SourceStatus.fromPartial>[0]["condition"]) =>
  SourceStatus.fromPartial({ source: "_fleet", revision: "3f9c2ab", condition });
const isFine = { listSources: async () => ({ sources: [fleet(undefined)] }) };
const note = "Unknown for 14s, 1 unit: cluster prod-eu: GET /api failed (ECONNREFUSED); look at the API server\n";

describe("a store of the bus that is nearly full", () => {
  it("is told below units and repositories, with what to do", async () => {
    const warnings = [{ code: "ResourceExhausted", message: "LEDGER of the bus is 71 % full", remedy: "rotate it" }];
    const listSources = async () => ({ sources: [fleet(undefined)], warnings });
    await using server = await serveStub({ listSources, listUnits: async () => ({ units: [unknown], total: 1 }) });
    const warned = "warning: LEDGER of the bus is 71 % full; rotate it\n";
    expect((await server.run("get repositories")).err).toBe(warned);
    expect((await server.run("get units")).err).toBe(note + warned);
  });
});

describe("a repository that is not followed", () => {
  it("is told with its reason and what to do, the fleet like any other", async () => {
    const held = { code: "HistoryRewritten", message: "main lost commit aaaaaaa", remedy: "declare an Approval" };
    const gone = { code: "SourceUnavailable", message: "https://git/web: no answer", remedy: "look at the Git server" };
    const web = SourceStatus.fromPartial({ source: "web", revision: "3f9c2ab", condition: { error: gone } });
    const listSources = async () => ({ sources: [fleet({ hold: { reason: held } }), web] });
    await using server = await serveStub({ listSources });
    expect(await server.run("get repositories")).toMatchObject({
      code: 0,
      err:
        "the fleet repository is not followed: main lost commit aaaaaaa; declare an Approval\n" +
        "Repository web is not followed: https://git/web: no answer; look at the Git server\n",
    });
  });
});

describe("what nobody knows now", () => {
  it("is Unknown in the list, with cause and age below it", async () => {
    await using server = await serveStub({ ...isFine, listUnits: async () => ({ units: [unknown], total: 1 }) });
    expect(await server.run("get units --no-headers")).toEqual({
      code: 0,
      out: "prod-eu  web  Unknown  Unknown  main@3f9c2ab  ?  -\n",
      err: note,
    });
  });

  it("is no absence of drift, where nothing that drifts is known", async () => {
    const fine = { ...unknown, unit: { cluster: "prod-us", app: "web", appUid: "" }, doubt: undefined };
    await using server = await serveStub({ ...isFine, listUnits: async () => ({ units: [unknown, fine], total: 2 }) });
    const known = "drift is not known of 1 unit, see below; of the others none";
    expect((await server.run("get drift")).err).toBe(`${known}; --since 1h also shows what is over\n${note}`);
    expect((await server.run("get drift --since 1h")).err).toBe(`${known}\n${note}`);
    await using sure = await serveStub({ ...isFine, listUnits: async () => ({ units: [fine], total: 1 }) });
    expect((await sure.run("get drift")).err).toBe("no open drift; --since 1h also shows what is over\n");
  });

  it("is not compared: diff says so with exit code 2, and claims nothing", async () => {
    await using server = await serveStub({ getUnit: async () => ({ unit: unknown }) });
    expect(await server.run("diff web@prod-eu")).toEqual({
      code: 2,
      out: "",
      err:
        "web@prod-eu could not be compared: cluster prod-eu: GET /api failed (ECONNREFUSED) " +
        "(last known Synced, 14s ago); look at the API server\n",
    });
  });

  it("is no readiness of a repository, and no absence of drift in a trace", async () => {
    const bus = { code: "BusUnavailable", message: "the bus has not answered since 12:00", remedy: "look" };
    const ready = fleet({ checkedAt: ago(5) });
    await using server = await serveStub({
      listSources: async () => ({ sources: [ready], warnings: [bus] }),
      getTrace: async () => ({ unit: unknown }),
    });
    const { err, out } = await server.run("get repositories --no-headers");
    expect(out).toMatch(/^_fleet .* Unknown /);
    expect(err).toContain("the bus has not answered since 12:00");
    expect((await server.run("trace deployment/web")).out).toContain(
      "Drift     not known for 14s: cluster prod-eu: GET /api failed (ECONNREFUSED)\n",
    );
  });

  it("is waited for, not given up", async () => {
    await using server = await serveStub({
      watchUnits: async function* () {
        yield { event: { $case: "unit", value: unknown }, sequence: 1n };
        const back = { ...unknown, sync: Sync.SYNCED, health: Health.HEALTHY, doubt: undefined, reason: undefined };
        yield { event: { $case: "unit", value: back }, sequence: 2n };
      },
    });
    expect((await server.run("wait web@prod-eu --for healthy")).code).toBe(0);
  });
});

it("says of a removed unit that it was removed, and what became of its objects", async () => {
  const removed = [
    { unit: { app: "web", cluster: "prod-eu", appUid: "" }, removedAt: ago(180), deleted: 0 },
    { unit: { app: "api", cluster: "prod-eu", appUid: "" }, removedAt: ago(240), deleted: 3 },
  ];
  await using server = await serveStub({ ...isFine, listUnits: async () => ({ removed }) });
  expect((await server.run("get units")).err).toBe(
    "no Application is declared\nweb@prod-eu was removed 3m ago: its objects were left in place\n" +
      "api@prod-eu was removed 4m ago: 3 objects deleted\n",
  );
});

describe("an empty list says why it is empty", () => {
  const fault = { file: "apps.yaml", line: 14, column: 9, path: "spec.prune", message: "expected true or false" };
  it.each([
    ["get units", isFine, 0, "no Application is declared\n"],
    ["get units --app nope", isFine, 1, 'no unit of application "nope" is declared\n'],
    ["get units --app web --cluster nope", isFine, 1, 'no unit of application "web" on cluster "nope" is declared\n'],
    ["get units", {}, 1, "no unit is known\nthe fleet repository has not been read yet\n"],
    [
      "get units",
      {
        listSources: async () => ({
          sources: [fleet({ error: { code: "AuthFailed", message: "_fleet: refused", remedy: "renew the token" } })],
        }),
      },
      1,
      "no unit is known\nthe fleet repository is not followed: _fleet: refused; renew the token\n",
    ],
    [
      "get units",
      {
        listSources: async () => ({
          sources: [fleet({ declarationErrors: [fault], declarationErrorCount: 2 })],
        }),
      },
      1,
      "no unit is known\n2 faults in the fleet's declarations:\n  apps.yaml:14:9: spec.prune: expected true or false\n" +
        "  and 1 more: npx evenkeel get repositories -o json\n",
    ],
  ])("%s %#", async (line, replies, code, err) => {
    await using server = await serveStub(replies);
    expect(await server.run(line)).toEqual({ code, out: "", err });
  });
});

describe("a machine that asks finds every list, and what is unknown", () => {
  const doubts = [{ reason, since: ago(14), units: [{ cluster: "prod-eu", app: "web", appUid: "" }], unitCount: 1 }];
  const told = [
    {
      reason,
      since: "2026-11-22T11:59:46.000Z",
      units: [{ cluster: "prod-eu", app: "web" }],
      unitCount: 1,
    },
  ];
  it.each([
    ["get drift -o json", {}, { items: [], unknown: [] }],
    ["get drift -o json", { listDrift: async () => ({ unknown: doubts }) }, { items: [], unknown: told }],
    ["get units -o json", {}, { units: [], unknown: [] }],
    ["get units -o json", { listUnits: async () => ({ unknown: doubts }) }, { units: [], unknown: told }],
    ["get repositories -o json", {}, { sources: [], warnings: [] }],
  ])("%s %#", async (line, replies, expected) => {
    await using server = await serveStub(replies);
    expect(JSON.parse((await server.run(line)).out)).toEqual(expected);
  });
});

it.each([
  ["deleted in 46s at the earliest", ago(-46)],
  ["being deleted", ago(1)],
  ["3 objects left", undefined],
])("says of a unit that goes that it goes, since when, and when its objects do: %s", async (words, notBefore) => {
  const going = UnitStatus.fromPartial({
    ...unknown,
    doubt: undefined,
    reason: undefined,
    sync: Sync.SYNCED,
    health: Health.HEALTHY,
    removing: { since: ago(14), objects: 3, notBefore },
  });
  await using server = await serveStub({
    ...isFine,
    listUnits: async () => ({ units: [going], total: 1 }),
    getUnit: async () => ({ unit: going }),
  });
  const line = `removed from the fleet 14s ago; 3 objects left`;
  const { err, out } = await server.run("get units --no-headers");
  expect(out).toMatch(/^prod-eu {2}web {2}Removing {2}Healthy/);
  expect(err).toContain(`web@prod-eu is going: ${line}`);
  expect(err).toContain(words);
  expect((await server.run("get unit web@prod-eu")).out).toContain(`Removing    ${line}`);
});

it("tells the fleet's commit where that caused a change, and counts from it", async () => {
  const cause = { source: "_fleet", revision: "f".repeat(40), subject: "move web", author: "Bob", observedAt: ago(9) };
  const unit = { ...unknown, doubt: undefined, source: "shop" };
  const getTrace = async () => ({ unit, cause, commitToLiveMs: 2100n, renderMs: 400n, applyMs: 100n, healthyMs: 0n });
  await using server = await serveStub({ getTrace });
  const { out } = await server.run("trace deployment/web");
  expect(out).toContain(
    'Cause     _fleet@fffffff "move web" by Bob, seen 9s ago, live after 2.1s (render 0.4  apply 0.1)\n',
  );
  expect(out).toMatch(/^Revision {2}main@3f9c2ab$/m);
});

it("tells what is known of a fleet's commit that has left the bus, and where the rest is", async () => {
  await using repository = await makeRepository();
  const revision = await repository.commit({}, "move web");
  const cause = { source: "_fleet", revision, subject: "", author: "", observedAt: undefined };
  const unit = { ...unknown, doubt: undefined, source: "shop", liveSince: ago(90) };
  const getTrace = async () => ({ unit, cause, commitToLiveMs: 0n, renderMs: 0n, applyMs: 100n, healthyMs: 300n });
  await using server = await serveStub({ getTrace });
  const { out } = await server.run("trace deployment/web");
  const [line = ""] = /^Cause .*$/m.exec(out) ?? [];
  expect(line).toContain(`_fleet@${revision.slice(0, 7)}, on the bus no more`);
  expect(line).toContain("live for 90s, of its way: apply 0.1  healthy 0.3");
  // As it is printed.
  const command = /git (show -s [0-9a-f]{40})/.exec(line)?.[1] ?? "";
  expect(await repository.git(...command.split(" "))).toContain("move web");
});

it.each([
  ["get repositories --cluster prod-eu", "get repositories takes no --cluster"],
  ["get repos --app web", "get repos takes no --app"],
])("%s: a filter that would do nothing is refused", async (line, words) => {
  await using server = await serveStub(isFine);
  expect(await server.run(line)).toEqual({ code: 2, out: "", err: `evenkeel: ${words}\n` });
});

it("reconcile of a repository that nobody knows names those that are known, and posts nothing", async () => {
  await using server = await serveStub(isFine);
  const { code, err } = await server.run("reconcile shpo --webhook http://127.0.0.1:1 --webhook-secret /dev/null");
  expect([code, err]).toEqual([1, 'evenkeel: Repository "shpo" is not known; known: _fleet\n']);
});
