import { describe, expect, test } from "vitest";

import { fetched, hosts, main, NONE, reasonOf, shopIn, signal, worlds } from "./contract.fixture.ts";
import { EMPTY_TREE } from "./objects.ts";
import { troubles } from "./played-world.fixture.ts";
import type { Trouble } from "./played-world.fixture.ts";

const login = { kind: "basic", username: "ana", password: "s3cret-c4nary" } as const;

describe.each(worlds)("a remote of %s", (_name, openWorld) => {
  test("names the refs that are asked for, in order, and HEAD where its branch is there", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const ask = async (...refs: readonly string[]) => [...(await store.lsRemote(shop.remote, refs, signal))];
    expect(await ask(main, "HEAD")).toEqual([]);
    const first = await shop.commit("main", { a: "1" });
    const tag = await shop.tag("v1", first, "One");
    await shop.point("refs/tags/plain", first);
    await shop.point("refs/heads/main2", first);
    expect(await ask("refs/tags/v1", "refs/tags/plain", "refs/heads/none", main, "HEAD")).toEqual([
      ["HEAD", first],
      [main, first],
      ["refs/tags/plain", first],
      ["refs/tags/v1", tag],
    ]);
    await shop.setHead("main2");
    const second = await shop.commit("main2", { a: "2" });
    await shop.point("refs/tags/v1", undefined);
    expect(await ask("HEAD", "refs/tags/v1")).toEqual([["HEAD", second]]);
    await shop.setHead("unborn");
    expect(await ask("HEAD")).toEqual([]);
  });

  test("gives a branch, a tag, HEAD and a commit, each with its history", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const first = await shop.commit("main", { a: "1" });
    const second = await shop.commit("main", { a: "2" });
    const tag = await shop.tag("v1", first, "One");
    expect(await fetched(store, shop, "refs/tags/v1")).toBe(tag);
    expect(await store.has(second, signal)).toBe(false);
    expect((await store.readCommit(tag, signal)).oid).toBe(first);
    expect(await fetched(store, shop, "HEAD")).toBe(second);
    expect(await store.isAncestor(tag, second, signal)).toBe("yes");
    const third = await shop.commit("main", { a: "3" });
    expect(await fetched(store, shop, third)).toBe(third);
    expect(await fetched(store, shop, first)).toBe(first);
  });

  test("gives a commit that no ref reaches any more, as long as it has it", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const first = await shop.commit("main", { a: "1" });
    const left = await shop.commit("main", { a: "2" });
    await shop.point(main, first);
    expect(await fetched(store, shop)).toBe(first);
    expect(await store.has(left, signal)).toBe(false);
    expect(await fetched(store, shop, left)).toBe(left);
    expect(await reasonOf(() => fetched(store, shop, NONE))).toBe("RefGone");
  });

  test("tells a ref that is gone, and goes on when it is back", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const first = await shop.commit("main", { a: "1" });
    await shop.point(main, undefined);
    expect(await reasonOf(() => fetched(store, shop))).toBe("RefGone");
    await shop.point(main, first);
    expect(await fetched(store, shop)).toBe(first);
  });

  test("moves a tag, and gives what it names now", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const first = await shop.commit("main", { a: "1" });
    const second = await shop.commit("main", { a: "2" });
    const before = await shop.tag("v1", second, "One");
    expect(await fetched(store, shop, "refs/tags/v1")).toBe(before);
    const after = await shop.tag("v1", first, "Back");
    expect(await fetched(store, shop, "refs/tags/v1")).toBe(after);
    expect((await store.readCommit(after, signal)).oid).toBe(first);
    await shop.point("refs/tags/v1", second);
    expect(await fetched(store, shop, "refs/tags/v1")).toBe(second);
  });

  test("at an inner address is not asked", async () => {
    const { world, store } = await shopIn(openWorld);
    await using _ = world;
    expect(await reasonOf(() => store.lsRemote(world.denied(), [main], signal))).toBe("HostDenied");
  });

  test("that is shallow cannot serve", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    await shop.commit("main", { a: "1" });
    await shop.commit("main", { a: "2" });
    await shop.makeShallow();
    expect(await reasonOf(() => fetched(store, shop))).toBe("ServerCapability");
  });

  test("whose pack is over the cap is given up, and another one is taken", async () => {
    const { world, shop } = await shopIn(openWorld);
    await using _ = world;
    const store = await world.open({ limits: { packBytes: 64 * 1024 } });
    const noise = Uint8Array.from({ length: 300_000 }, (_each, n) => (n * 2_654_435_761) >>> (n % 23));
    await shop.commit("main", { large: noise });
    const small = await shop.commit("other", { a: "1" });
    expect(await reasonOf(() => fetched(store, shop))).toBe("LimitExceeded");
    expect(await fetched(store, shop, "refs/heads/other")).toBe(small);
  });

  test.each([["lose"], ["damage"]] as const)("whose disk did %s a file is told from one that is whole", async (how) => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const blob = await shop.write("blob", "precious\n");
    const tip = await shop.commit("main", { a: "precious\n" });
    await shop[how](blob);
    expect(await reasonOf(() => fetched(store, shop))).toBe("ObjectCorrupt");
    expect(await store.has(tip, signal)).toBe(false);
  });

  const entry = (mode: string, name: string, oid: string): Buffer =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, "hex")]);
  test.each<readonly [string, (blob: string) => Buffer]>([
    ["a folder named .git", () => entry("40000", ".git", EMPTY_TREE)],
    ["a folder named ..", () => entry("40000", "..", EMPTY_TREE)],
    ["a name with a slash", (blob) => entry("100644", "a/b", blob)],
    ["an empty name", (blob) => entry("100644", "", blob)],
    ["two files of one name", (blob) => Buffer.concat([entry("100644", "a", blob), entry("100644", "a", blob)])],
    ["another order", (blob) => Buffer.concat([entry("100644", "b", blob), entry("100644", "a", blob)])],
    ["a mode with a zero before it", () => entry("040000", "a", EMPTY_TREE)],
    ["no tree at all", () => Buffer.from("nothing")],
  ])("with a tree of %s is not taken", async (_what, bodyOf) => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    await shop.commit("main", { a: "1" });
    const [blob] = [await shop.write("blob", "x"), await shop.write("tree", "")];
    const tree = await shop.write("tree", bodyOf(blob));
    const who = "Ana <ana@example.org> 1700000000 +0000";
    const tip = await shop.write("commit", `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\nOdd\n`);
    await shop.point("refs/heads/odd", tip);
    expect(await reasonOf(() => fetched(store, shop, "refs/heads/odd"))).toBe("ObjectCorrupt");
    expect(await store.has(tip, signal)).toBe(false);
  });

  test.each([
    ["without a committer", "author Ana <ana@example.org> 1700000000 +0000\n"],
    ["with an author of no address", "author Ana 1700000000 +0000\ncommitter A <a@b> 1 +0000\n"],
    ["with a date that is none", "author A <a@b> soon +0000\ncommitter A <a@b> 1 +0000\n"],
  ])("with a commit %s is not taken", async (_what, people) => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    await shop.commit("main", { a: "1" });
    await shop.write("tree", "");
    const tip = await shop.write("commit", `tree ${EMPTY_TREE}\n${people}\nOdd\n`);
    await shop.point("refs/heads/odd", tip);
    expect(await reasonOf(() => fetched(store, shop, "refs/heads/odd"))).toBe("ObjectCorrupt");
  });
});

describe.each(hosts)("a host of %s", (_name, openWorld) => {
  test("answers by a replica that stands still until it does not", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const first = await shop.commit("main", { a: "1" });
    {
      await using _lag = await shop.lag();
      const second = await shop.commit("main", { a: "2" });
      expect([...(await store.lsRemote(shop.remote, [main], signal))]).toEqual([[main, first]]);
      expect(await fetched(store, shop)).toBe(first);
      expect(await reasonOf(() => fetched(store, shop, second))).toBe("RefGone");
    }
    const third = await shop.commit("main", {});
    expect(await fetched(store, shop)).toBe(third);
    expect(await store.isAncestor(first, third, signal)).toBe("yes");
  });

  test("is asked with its credential, and refuses another", async () => {
    await using world = await openWorld();
    const shop = await world.create("closed", login);
    const store = await world.open();
    const tip = await shop.commit("main", { a: "1" });
    expect(await fetched(store, shop)).toBe(tip);
    const wrong = { ...shop.remote, credentials: { ...login, password: "wr0ng-c4nary" } };
    const failure = await store.lsRemote(wrong, [main], signal).then(String, (error: Error) => error);
    expect(failure).toMatchObject({ name: "GitFailed", reason: "AuthFailed", passing: false });
    expect(JSON.stringify(failure)).not.toContain("c4nary");
  });

  test.each(Object.entries(troubles) as readonly (readonly [Trouble, string])[])(
    "that meets %s says %s, and leaves the store as it was",
    async (trouble, reason) => {
      const { world, shop } = await shopIn(openWorld);
      await using _ = world;
      const first = await shop.commit("main", { a: "1" });
      await fetched(await world.open({ name: "one" }), shop);
      const limits = trouble === "silent" ? { askMs: 700, fetchMs: 700 } : {};
      const store = await world.open({ name: "one", limits });
      const second = await shop.commit("main", { a: "2" });
      const remote = await world.meeting(trouble, shop);
      expect(await reasonOf(() => store.lsRemote(remote, [main], signal))).toBe(reason);
      expect(await reasonOf(() => store.fetchCandidate(remote, main, 1, signal))).toBe(reason);
      expect(await store.has(first, signal)).toBe(true);
      expect(await store.has(second, signal)).toBe(false);
    },
  );
});
