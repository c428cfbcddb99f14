import type { GitStore, Remote } from "@evenkeel/git";
import { parseRepositoryUrl } from "@evenkeel/git";
import type { Clock, Rng } from "@evenkeel/machine";
import { describe, expect, test } from "vitest";

import { reasonOf } from "./contract.fixture.ts";
import type { RemoteCall } from "./faults.ts";
import { GitDisk } from "./git-disk.ts";
import { GitHosts } from "./git-hosts.ts";
import type { AroundCall } from "./git-hosts.ts";
import { simulatedGit } from "./simulated-git.ts";

const URL = "https://git.example.org/shop.git";
const main = "refs/heads/main";
const { signal } = new AbortController();
const policy = { allowedHosts: "any", privateHosts: [], allowHttpLoopback: false, allowFileBelow: undefined } as const;
const remote: Remote = { url: parseRepositoryUrl(URL, policy), credentials: { kind: "none" } };

/** Time that stands until somebody moves it. */
const handClock = (): Clock & { readonly move: (ms: number) => void } => {
  let now = 1_700_000_000_000;
  const due = new Set<{ readonly at: number; readonly call: () => void }>();
  const after = (ms: number, call: () => void): Disposable => {
    const timer = { at: now + ms, call };
    due.add(timer);
    return { [Symbol.dispose]: () => void due.delete(timer) };
  };
  return {
    now: () => new Date(now),
    monotonic: () => now,
    sinceBoot: () => now,
    after,
    every: after,
    sleep: (ms) => new Promise((resolve) => void after(ms, resolve)),
    move: (ms) => {
      now += ms;
      for (const timer of [...due].filter(({ at }) => at <= now)) {
        due.delete(timer);
        timer.call();
      }
    },
  };
};
const never: Rng = { chance: () => 0.99, bytes: (count) => new Uint8Array(count) };

const begin = async ({ call, rng = never }: { readonly call?: AroundCall; readonly rng?: Rng } = {}) => {
  const clock = handClock();
  const hosts = new GitHosts({ clock, rng, ...(call && { call }) });
  const disk = new GitDisk();
  const open = (name: string): Promise<GitStore> =>
    simulatedGit(hosts, { name, disk })().openStore(`/${name}`, { policy }, signal);
  const shop = hosts.create(URL);
  const ask = async (store: GitStore) => (await store.lsRemote(remote, [main], signal)).get(main);
  const fetch = (store: GitStore) => store.fetchCandidate(remote, main, 1, signal);
  return { clock, hosts, disk, open, shop, store: await open("one"), ask, fetch };
};
/** As many microtasks as any call takes. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};

describe("a fault", () => {
  test("hits after so many calls, so many times, and those alone that fit", async () => {
    const { hosts, shop, store, open, ask, fetch } = await begin();
    const tip = shop.commit("main", { a: "1" });
    const other = await open("two");
    hosts.fault({ kind: "unreachable" }, { url: URL, replica: "one", on: "ask", after: 1, times: 2 });
    expect(await ask(store)).toBe(tip);
    expect(await ask(other)).toBe(tip);
    expect(await reasonOf(() => ask(store))).toBe("Unreachable");
    expect(await reasonOf(() => fetch(store))).toBe("Unreachable");
    expect(await fetch(store)).toBe(tip);
  });

  test("hits by chance, ends when it is disposed of, and all end at once", async () => {
    const chances = [0.9, 0.1, 0.4, 0.6];
    const { hosts, shop, store, ask } = await begin({ rng: { ...never, chance: () => chances.shift() ?? 0 } });
    const tip = shop.commit("main");
    {
      using _ = hosts.fault({ kind: "refused" }, { chance: 0.5 });
      expect([await reasonOf(() => ask(store)), await reasonOf(() => ask(store))]).toEqual([
        { answered: tip },
        "AuthFailed",
      ]);
    }
    expect(await ask(store)).toBe(tip);
    hosts.fault({ kind: "redirected" }, { host: "git.example.org" });
    expect(await reasonOf(() => ask(store))).toBe("HostDenied");
    hosts.heal();
    expect(await ask(store)).toBe(tip);
  });

  test.each([
    ["by changes", { changes: 1 }],
    ["by time", { ms: 4000 }],
  ])("of a replica that lags %s shows an older view, which moves on", async (_how, by) => {
    const { clock, hosts, shop, store, ask } = await begin();
    const push = (text: string): string => {
      clock.move(4000);
      return shop.commit("main", { a: text });
    };
    const first = push("1");
    push("2");
    hosts.fault({ kind: "lagging", ...by });
    expect(await ask(store)).toBe(first);
    const third = push("3");
    expect(await ask(store)).not.toBe(first);
    expect(await ask(store)).not.toBe(third);
  });

  test("of two replicas of a host: what one names the other has not, and it is asked once more", async () => {
    const { hosts, shop, store, fetch } = await begin();
    shop.commit("main", { a: "1" });
    const tip = shop.commit("main", { a: "2" });
    hosts.fault({ kind: "lagging", changes: 1 }, { on: "fetch", times: 1 });
    expect(await fetch(store)).toBe(tip);
    hosts.fault({ kind: "lagging", changes: 1 }, { on: "fetch" });
    shop.commit("main", { a: "3" });
    expect(await reasonOf(() => fetch(store))).toBe("RefGone");
  });

  test("of slowness delays the answer, up to the deadline", async () => {
    const { clock, hosts, shop, store, ask } = await begin();
    const tip = shop.commit("main");
    hosts.fault({ kind: "slow", ms: 29_000 }, { times: 1 });
    hosts.fault({ kind: "slow", ms: 31_000 }, { after: 1 });
    const answered = reasonOf(() => ask(store));
    await settle();
    clock.move(29_000);
    expect(await answered).toEqual({ answered: tip });
    const late = reasonOf(() => ask(store));
    await settle();
    clock.move(30_000);
    expect(await late).toBe("FetchTimeout");
  });

  test("of a lost answer leaves the effect, and the next call finds it", async () => {
    const { clock, hosts, shop, store, fetch } = await begin();
    const tip = shop.commit("main", { a: "1" });
    hosts.fault({ kind: "lost" }, { on: "fetch", times: 1 });
    const lost = reasonOf(() => fetch(store));
    await settle();
    clock.move(120_000);
    expect(await lost).toBe("FetchTimeout");
    expect(await store.has(tip, signal)).toBe(true);
    expect(await fetch(store)).toBe(tip);
  });

  test("of corruption on the way stores nothing", async () => {
    const { hosts, shop, store, fetch } = await begin();
    const tip = shop.commit("main", { a: "1" });
    hosts.fault({ kind: "corrupted" }, { times: 1 });
    expect(await reasonOf(() => fetch(store))).toEqual({ answered: tip });
    const next = shop.commit("main", { a: "2" });
    hosts.fault({ kind: "corrupted" }, { times: 1, on: "fetch" });
    expect(await reasonOf(() => fetch(store))).toBe("ObjectCorrupt");
    expect(await store.has(next, signal)).toBe(false);
    expect(await fetch(store)).toBe(next);
  });
});

describe("what stands round a call", () => {
  test("sees each, and may hold it until the state of the host is another", async () => {
    const seen: RemoteCall[] = [];
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const { shop, store, fetch } = await begin({
      call: async (call, pass) => {
        seen.push(call);
        if (seen.length === 1) await held;
        return pass();
      },
    });
    shop.commit("main", { a: "1" });
    const fetching = fetch(store);
    await settle();
    const tip = shop.commit("main", { a: "2" });
    release();
    expect(await fetching).toBe(tip);
    expect(seen.map(({ kind, replica, wanted }) => [kind, replica, wanted])).toEqual([
      ["ask", "one", [main]],
      ["fetch", "one", [tip]],
    ]);
  });

  test("has no effect any more when it passes a call after its caller gave up", async () => {
    let passLate = (): Promise<unknown> => Promise.resolve();
    const { clock, shop, store, fetch } = await begin({
      call: (call, pass) => {
        if (call.kind === "ask") return pass();
        return new Promise((resolve, reject) => {
          passLate = () => pass().then(resolve, reject);
        });
      },
    });
    const tip = shop.commit("main", { a: "1" });
    const timedOut = reasonOf(() => fetch(store));
    await settle();
    clock.move(120_000);
    expect(await timedOut).toBe("FetchTimeout");
    await passLate();
    expect(await store.has(tip, signal)).toBe(false);
  });
});

test("a disk outlives who uses it, and loses what a simulation takes from it", async () => {
  const { disk, shop, store, open, fetch } = await begin();
  const tip = shop.commit("main", { a: "1" });
  await fetch(store);
  await store[Symbol.asyncDispose]();
  const again = await open("one");
  expect(await again.has(tip, signal)).toBe(true);
  expect(disk.dirs()).toEqual(["/one"]);
  expect(disk.loseObject(shop.treeOf(tip))).toBe(true);
  const { tree } = await again.readCommit(tip, signal);
  expect(await reasonOf(() => again.readTree(tree, signal))).toBe("ObjectCorrupt");
  disk.loseStore("/other");
  expect(await again.has(tip, signal)).toBe(true);
  disk.loseStore();
  expect(await again.has(tip, signal)).toBe(false);
});
