import { Health, SourceStatus, Sync, UnitStatus } from "@evenkeel/contracts";
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

describe("what nobody knows now", () => {
  it("is Unknown in the list, with cause and age below it", async () => {
    await using server = await serveStub({ ...isFine, listUnits: async () => ({ units: [unknown], total: 1 }) });
    expect(await server.run("get units --no-headers")).toEqual({
      code: 0,
      out: "prod-eu  web  Unknown  Unknown  main@3f9c2ab  ?  -\n",
      err: note,
    });
    expect((await server.run("get drift")).err).toBe(`no open drift; --since 1h also shows what is over\n${note}`);
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
