import { chmod, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { GitFailed } from "./git-failed.ts";
import { serveShop } from "./git-world.fixture.ts";

const signal = AbortSignal.timeout(60_000);

describe("a store", () => {
  test("makes one pack of many, and keeps what an accepted ref reaches", async () => {
    await using world = await serveShop();
    const { checkout, dir: root, store } = world;
    const remote = world.at(world.url);
    const first = await checkout.commitFiles({ a: "1" }, "first");
    await checkout.push("main");
    await store.fetchCandidate(remote, "refs/heads/main", 7, signal);
    await store.keepAccepted(3, first);
    await checkout.commitFiles({ a: "2" }, "second");
    await checkout.push("main");
    const second = await store.fetchCandidate(remote, "refs/heads/main", 7, signal);
    const packs = async () =>
      (await readdir(join(root, "store/objects/pack"))).filter((name) => name.endsWith(".pack"));
    expect(await packs()).toHaveLength(2);
    expect(await store.tidy(signal, 2)).toBe(false);
    expect(await store.tidy(signal, 1)).toBe(true);
    expect(await packs()).toHaveLength(1);
    expect(await Promise.all([first, second].map((id) => store.isAncestor(first, id, signal)))).toEqual(["yes", "yes"]);
    expect((await readFile(join(root, "store/refs/evenkeel/accepted/3"), "utf8")).trim()).toBe(first);
  });

  test("is there again after its directory was removed, also under an open reader", async () => {
    await using world = await serveShop();
    const { checkout, dir: root, store } = world;
    const remote = world.at(world.url);
    const first = await checkout.commitFiles({ a: "1" }, "first");
    await checkout.push("main");
    await store.fetchCandidate(remote, "refs/heads/main", 1, signal);
    expect(await store.has(first, signal)).toBe(true);
    await rm(join(root, "store"), { recursive: true });
    const second = await checkout.commitFiles({ a: "2" }, "second");
    await checkout.push("main");
    expect(await store.fetchCandidate(remote, "refs/heads/main", 1, signal)).toBe(second);
    expect(await store.isAncestor(first, second, signal)).toBe("yes");
    expect((await store.readCommit(second, signal)).subject).toBe("second");
  });

  test.each([
    ["a pack that was cut short", "pack", 40],
    ["an index that was cut short", "idx", 40],
    ["a pack whose bytes changed", "pack", undefined],
  ])("is told to be damaged by %s, or heals; and is whole after it began again", async (_, kind, length) => {
    await using world = await serveShop();
    const { checkout, dir: root, store } = world;
    const remote = world.at(world.url);
    await checkout.commitFiles({ a: "1" }, "first");
    await checkout.push("main");
    await store.keepAccepted(1, await store.fetchCandidate(remote, "refs/heads/main", 1, signal));
    const packs = join(root, "store/objects/pack");
    const file = join(packs, (await readdir(packs)).find((name) => name.endsWith(`.${kind}`)) ?? "");
    await chmod(file, 0o600);
    const bytes = await readFile(file);
    await writeFile(file, length === undefined ? bytes.fill(0, 12, bytes.length - 20) : bytes.subarray(0, length));
    const second = await checkout.commitFiles({ a: "2" }, "second");
    await checkout.push("main");
    const look = async () => {
      const { parents } = await store.readCommit(
        await store.fetchCandidate(remote, "refs/heads/main", 1, signal),
        signal,
      );
      return (await store.readCommit(parents[0] ?? "", signal)).subject;
    };
    expect(await look().catch((error: GitFailed) => error.reason)).toBe(
      length === undefined ? "ObjectCorrupt" : "first",
    );
    await store.renew(signal);
    expect(await look()).toBe("first");
    expect(await store.isAncestor(second, second, signal)).toBe("yes");
  });
});
