import { createHmac } from "node:crypto";

import type { Disk } from "@evenkeel/machine";
import { GitDisk, GitHosts, simulatedGit } from "@evenkeel/simulated-git";
import { eventually } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { fleetFiles } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";
import type { AnswerHook, Listen } from "./listen.ts";

const shopUrl = "https://git.example.org/shop.git";
const fleetUrl = "https://git.example.org/fleet.git";
const secret = "s3cret-of-hooks";
const login = { kind: "basic", username: "git", password: "s3cret-of-git" } as const;

/** Secrets that no disk has. */
const disk: Disk = {
  readFile: async (path) => {
    const text = { "/secrets/hook/token": secret, "/secrets/fleet": `${login.username}:${login.password}\n` }[path];
    if (text === undefined) throw new Error(`no ${path}`);
    return Buffer.from(text);
  },
  isDirectory: async () => false,
};

test(
  "the service reaches Git, secrets and webhooks by what it is given, and nothing beside",
  { timeout: 60_000 },
  async () => {
    await using world = await watchGit();
    const asked = world.git.requests.length;
    const hosts = new GitHosts();
    const mayRead = (credentials: unknown): boolean => JSON.stringify(credentials) === JSON.stringify(login);
    const [fleet, shop] = [hosts.create(fleetUrl, { mayRead }), hosts.create(shopUrl)];
    const stores = new GitDisk();
    let answer: AnswerHook = () => Promise.reject(new Error("not listening yet"));
    const listen: Listen = async (_at, by) => {
      answer = by;
      return { port: 9292, [Symbol.asyncDispose]: async () => {} };
    };
    const hook = (source: string): Promise<number> => {
      const signature = createHmac("sha256", secret).update("{}").digest("hex");
      const headers = { "x-signature": `sha256=${signature}` };
      return answer({ method: "POST", path: `/hooks/${source}`, headers, body: async () => Buffer.from("{}") });
    };
    const fleetTip = fleet.commit("main", fleetFiles({ shopUrl }));
    const first = shop.commit("main", { "web/app.yaml": "a: 1\n" });

    const config = {
      fleet: { ...world.fleetConfig, url: fleetUrl, credentialsFile: "/secrets/fleet", webhook: undefined },
      storeDir: "/nonexistent/stores",
      secretsDir: "/secrets",
    };
    const given = { disk, listen, git: simulatedGit(hosts, { name: "one", disk: stores }) };
    const watcher = await world.watch(config, given);
    expect(watcher.webhooks).toBe("127.0.0.1:9292");
    await world.observed("_fleet", fleetTip);
    await world.observed("shop", first);
    const body = await world.artifacts.get(`git.${shop.treeOf(first)}`, AbortSignal.timeout(5000));
    expect(Buffer.from(body ?? []).toString("latin1")).toContain("40000 web\0");

    // A store that was lost is fetched again, and a replica that lags is not taken for a rewrite.
    stores.loseStore();
    const second = shop.commit("main", { "web/app.yaml": "a: 2\n" });
    expect(await hook("shop")).toBe(202);
    await world.observed("shop", second);
    const lag = hosts.fault({ kind: "lagging", changes: 1 }, { url: shopUrl });
    expect(await hook("shop")).toBe(202);
    await eventually(() => watcher.telemetry.logs.some(({ msg }) => msg === "stale tip ignored"));
    lag[Symbol.dispose]();

    const rewritten = shop.rewrite("main", { "web/app.yaml": "a: 3\n" });
    expect(await hook("shop")).toBe(202);
    const { hold } = await world.condition("shop", ({ hold: held }) => held !== undefined);
    expect(hold).toMatchObject({ accepted: second, candidate: rewritten, reason: { code: "HistoryRewritten" } });
    expect(world.git.requests.length).toBe(asked);
  },
);
