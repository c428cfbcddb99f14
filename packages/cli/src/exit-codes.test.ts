import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ApplyResult, Health, Sync, UnitStatus, WatchUnitsResponse } from "@evenkeel/contracts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { runLine, serveStub } from "./stub-server.fixture.ts";

type PartialStatus = Parameters<typeof UnitStatus.fromPartial>[0];

describe("a command line", () => {
  it.each([
    ["get unitz", 2, 'evenkeel: get unitz: unknown list; did you mean "units"?\n'],
    ["get pods", 2, "evenkeel: get pods: unknown list; expected units, drift, repositories\n"],
    ["gett units", 2, "error: unknown command 'gett'\n(Did you mean get?)\n(try --help)\n"],
    ["get units --clutser x", 2, "error: unknown option '--clutser'\n(Did you mean --cluster?)\n(try --help)\n"],
    ["get units -o xml", 2, "evenkeel: -o xml: expected table, wide, json, yaml, name\n"],
    ["get units --timeout 10", 2, "evenkeel: --timeout 10: expected a duration with a unit, such as 10s\n"],
    ["get units --timeout 99999h", 2, "evenkeel: --timeout 99999h: more than a timer takes; at most 24d\n"],
    ["get units --timeout 25d", 2, "evenkeel: --timeout 25d: more than a timer takes; at most 24d\n"],
    [
      "wait web@eu --for synced --timeout 9007199254740991ms",
      2,
      "evenkeel: --timeout 9007199254740991ms: more than a timer takes; at most 24d\n",
    ],
    ["validate ", 2, "evenkeel: validate: name a folder; the name is empty\n"],
    ["trace deployment/we\u001b[2Jb/x", 2, "evenkeel: deployment/we [2Jb/x: expected KIND/NAME\n"],
    ["get un\nits", 2, 'evenkeel: get un its: unknown list; did you mean "units"?\n'],
    ["we\u001b[2Jb\nx", 2, "error: unknown command 'we [2Jb x'\n(try --help)\n"],
    ["diff x --clutser=a\u009bb\u202e", 2, "error: unknown option '--clutser=a b '\n(try --help)\n"],
    [
      "verify-ledger /no\u001b[31m\nwhere",
      2,
      "evenkeel: /no [31m where cannot be read: ENOENT: no such file or directory, scandir '/no [31m where'\n",
    ],
    ["wait web@eu --for green", 2, "evenkeel: --for green: expected synced, healthy or revision=SHA\n"],
    ["diff", 2, "error: missing required argument 'unit'\n(try --help)\n"],
  ])("evenkeel %s", async (line, code, err) => expect(await runLine(line)).toEqual({ code, out: "", err }));

  it("prints its version", async () =>
    expect(await runLine("version")).toEqual({ code: 0, out: "evenkeel 0.1.0\n", err: "" }));

  it("says where no server answers, and who named that address", async () => {
    const { code, err } = await runLine("get units", { env: { EVENKEEL_SERVER: "127.0.0.1:1" } });
    expect(code).toBe(2);
    expect(err).toContain("no answer from 127.0.0.1:1 (EVENKEEL_SERVER): ");
    expect(err).toContain("start one with `npm start`, or name it with --server");
  });

  it("takes the longest time that it names", async () => {
    await using server = await serveStub({});
    expect(await server.run("get drift --timeout 24d")).toMatchObject({ code: 0 });
    expect(await server.run("wait web@eu --for synced --timeout 24d")).toMatchObject({ code: 1 });
  });

  it("gives up on a server that does not answer in time", async () => {
    await using server = await serveStub({ listUnits: () => new Promise(() => undefined) });
    const { code, err } = await server.run("get units --timeout 50ms");
    expect([code, err]).toEqual([2, expect.stringContaining("time is up")]);
  });

  it.each([
    ["get unit other@prod-eu", 1],
    ["history other@prod-eu", 1],
    ["trace deployment/other", 1],
    // Its 1 says that something differs.
    ["diff other@prod-eu", 2],
  ])("evenkeel %s of what is not there exits %i", async (line, code) => {
    await using server = await serveStub({});
    expect(await server.run(line)).toEqual({ code, out: "", err: "evenkeel: Unit other@prod-eu not found\n" });
  });
});

describe("wait", () => {
  const status = (over: PartialStatus): WatchUnitsResponse =>
    WatchUnitsResponse.fromPartial({
      event: {
        $case: "unit",
        value: {
          unit: { cluster: "eu", app: "web" },
          ref: "main",
          revision: "a".repeat(40),
          desiredRevision: "a".repeat(40),
          sync: Sync.SYNCED,
          health: Health.HEALTHY,
          ...over,
        },
      },
    });
  const reason = { code: "AdmissionDenied", message: "Deployment shop/web: denied" };
  const old = { revision: "b".repeat(40) };

  it.each<readonly [string, string, readonly PartialStatus[], number, string, string]>([
    ["is met at once", "synced", [{}], 0, "web@eu Synced Healthy at main@aaaaaaa\n", ""],
    [
      "is met after changes",
      "synced",
      [{ sync: Sync.OUT_OF_SYNC }, { sync: Sync.UNKNOWN }, {}],
      0,
      "web@eu Synced",
      "",
    ],
    ["waits for health", "healthy", [{ health: Health.PROGRESSING }, {}], 0, "web@eu Synced Healthy", ""],
    ["waits for a commit", "revision=aaaa", [old, {}], 0, "web@eu Synced Healthy at main@aaaaaaa", ""],
    [
      "ends when the run failed",
      "synced",
      [{ sync: Sync.OUT_OF_SYNC, lastResult: ApplyResult.FAILED, reason }],
      1,
      "",
      "web@eu OutOfSync Healthy at main@aaaaaaa: Deployment shop/web: denied\n",
    ],
    ["ends when an object is degraded", "healthy", [{ health: Health.DEGRADED }], 1, "", "Degraded"],
    [
      "goes on when another commit failed than the one waited for",
      "revision=aaaa",
      [{ ...old, desiredRevision: "b".repeat(40), sync: Sync.UNKNOWN, reason }, {}],
      0,
      "web@eu Synced",
      "",
    ],
    ["gives up when time is up", "synced", [{ sync: Sync.UNKNOWN }], 2, "", "not synced within 0.2 s: web@eu Unknown"],
  ])("%s", async (_, condition, states, code, out, err) => {
    await using server = await serveStub({
      watchUnits: async function* (_request, context) {
        for (const state of states) yield status(state);
        await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
      },
    });
    const ran = await server.run(`wait web@eu --for ${condition} --timeout 200ms`);
    expect(ran.code).toBe(code);
    expect(ran.out).toContain(out);
    expect(ran.err).toContain(err);
  });
});

describe("wait for what nobody declared", () => {
  const snapshot = { event: { $case: "snapshotComplete", value: true }, sequence: 1n } as const;
  const told = "other@eu is not declared (yet); waiting up to 0.2 s for it\n";

  it("says so at once, and ends with a code of its own", async () => {
    await using server = await serveStub({
      watchUnits: async function* (_request, context) {
        yield snapshot;
        await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
      },
    });
    expect(await server.run("wait other@eu --for synced --timeout 200ms")).toEqual({
      code: 3,
      out: "",
      err: `${told}evenkeel: not synced within 0.2 s: other@eu is not declared; npx evenkeel get units\n`,
    });
  });

  it("says where it runs instead, in one line whatever was typed", async () => {
    const units = ["eu", "us"].map((cluster) => UnitStatus.fromPartial({ unit: { cluster, app: "we b" } }));
    await using server = await serveStub({
      listUnits: async () => ({ units }),
      watchUnits: async function* (_request, context) {
        yield snapshot;
        await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
      },
    });
    const { code, err } = await server.run("wait we\nb@prod\u001b[2J --for synced --timeout 200ms");
    const name = "we b@prod [2J";
    expect([code, err]).toEqual([
      3,
      `${name} is not declared (yet) (it runs on eu, us); waiting up to 0.2 s for it\nevenkeel: not synced within 0.2 s: ${name} is not declared; npx evenkeel get units\n`,
    ]);
  });

  it("is met once it is declared after all", async () => {
    const value = { unit: { cluster: "eu", app: "other" }, sync: Sync.SYNCED, health: Health.HEALTHY };
    await using server = await serveStub({
      watchUnits: async function* () {
        yield snapshot;
        yield WatchUnitsResponse.fromPartial({ event: { $case: "unit", value } });
      },
    });
    const ran = await server.run("wait other@eu --for synced --timeout 30s");
    expect(ran).toMatchObject({ code: 0, err: told.replace("0.2", "30") });
  });
});

describe("an application that runs on no cluster", () => {
  const unit = UnitStatus.fromPartial({
    unit: { cluster: "", app: "web" },
    reason: {
      code: "NoTarget",
      message: "Application web: its clusterSelector matches no declared Cluster",
      remedy: "declare one",
    },
  });
  const stub = {
    listUnits: async () => ({ units: [unit] }),
    getUnit: async () => ({ unit }),
    watchUnits: async function* () {
      yield WatchUnitsResponse.fromPartial({ event: { $case: "unit", value: unit } });
    },
  };
  const why = "Application web: its clusterSelector matches no declared Cluster";

  it.each<readonly [line: string, code: number, out: string, err: string]>([
    ["wait web --for synced --timeout 5s", 1, "", `web runs on no cluster: ${why}; declare one\n`],
    ["wait web --for revision=abcdef1 --timeout 5s", 1, "", `web runs on no cluster: ${why}; declare one\n`],
    ["wait web --for healthy --timeout 5s", 1, "", `web runs on no cluster: ${why}; declare one\n`],
    ["history web", 1, "", `evenkeel: web runs on no cluster: ${why}; declare one\n`],
    ["get unit web", 0, `NoTarget: ${why}`, ""],
    ["get unit web -o name", 0, "unit/web\n", ""],
    ["diff web", 2, "", `web could not be compared: ${why}`],
  ])("evenkeel %s", async (line, code, out, err) => {
    await using server = await serveStub(stub);
    const ran = await server.run(line);
    expect(ran.code).toBe(code);
    expect(ran.out).toContain(out);
    expect(ran.err).toContain(err);
  });
});

describe("with a folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "evenkeel-cli-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("finds the server that npm start named, upward from the working directory", async () => {
    await using server = await serveStub({});
    await mkdir(join(folder, ".evenkeel"));
    await mkdir(join(folder, "apps", "web"), { recursive: true });
    await writeFile(join(folder, ".evenkeel", "server.json"), JSON.stringify({ server: server.address }));
    const cwd = join(folder, "apps", "web");
    expect(await runLine("get units", { cwd })).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("no unit is known"),
    });
    await writeFile(join(folder, ".evenkeel", "server.json"), "{");
    expect((await runLine("get units", { cwd })).err).toContain('server.json: expected {"server": "host:port"}');
  });

  it("names every error of its declarations, with place and count", async () => {
    await mkdir(join(folder, "fleet", "apps"), { recursive: true });
    const head = "apiVersion: evenkeel.dev/v1alpha1\nkind:";
    await writeFile(
      join(folder, "fleet", "shop.yaml"),
      `${head} Repository\nmetadata:\n  name: shop-config\nspec:\n  url: https://git.example.org/shop.git\n`,
    );
    await writeFile(
      join(folder, "fleet", "apps", "web.yaml"),
      `${head} Application\nmetadata:\n  name: web\nspec:\n  repository: shop-confg\n  path: apps/web\n  targets: {clusterSelector: {}}\n  prune: {enabled: "yes"}\n`,
    );
    const { code, out } = await runLine("validate fleet", { cwd: folder });
    expect(code).toBe(1);
    expect(out).toContain("fleet/apps/web.yaml:9:20: spec.prune.enabled: expected true or false");
    expect(out).toMatch(/\n1 error in 1 of 2 files\n$/);
    await rm(join(folder, "fleet", "apps"), { recursive: true });
    await writeFile(join(folder, "fleet", "old.yaml.bak"), `${head} Application\n`);
    expect(await runLine("validate fleet", { cwd: folder })).toMatchObject({
      code: 1,
      out: expect.stringContaining("fleet/old.yaml.bak:1:1: this looks like a declaration, and is not read under"),
    });
    await rm(join(folder, "fleet", "old.yaml.bak"));
    expect(await runLine("validate fleet", { cwd: folder })).toEqual({
      code: 0,
      out: "no errors in 1 file\n",
      err: "",
    });
    await writeFile(
      join(folder, "fleet", "web.yaml"),
      `${head} Application\nmetadata:\n  name: web\nspec:\n  repository: shop-config\n  path: apps/web\n  targets: {clusterSelector: {matchLabels: {env: prod}}}\n`,
    );
    expect(await runLine("validate fleet", { cwd: folder })).toEqual({
      code: 0,
      out: "fleet/web.yaml:8:50: warning: spec.targets.clusterSelector.matchLabels.env: matches no declared Cluster: none has env=prod; label a Cluster with it, or change the selector\nno errors in 2 files, 1 warning\n",
      err: "",
    });
    expect((await runLine("validate nowhere", { cwd: folder })).code).toBe(2);
  });
});
