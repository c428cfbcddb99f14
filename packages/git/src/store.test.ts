import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { listTree } from "./list-tree.fixture.ts";
import { newObjects } from "./new-objects.ts";
import { initBare, initCheckout } from "./open-checkout.ts";
import type { Checkout } from "./open-checkout.ts";
import { pathText } from "./parse-objects.ts";
import { parseRepositoryUrl, publicHostsOnly } from "./repository-url.ts";
import type { GitStore, Remote } from "./port.ts";
import { openStore } from "./store.ts";

const signal = AbortSignal.timeout(60_000);
const ana = { name: "Ana", email: "ana@example.org" };

interface World extends AsyncDisposable {
  readonly root: string;
  readonly checkout: Checkout;
  readonly store: GitStore;
  readonly remote: Remote;
}

const openWorld = async (): Promise<World> => {
  const root = await mkdtemp(join(tmpdir(), "evenkeel-git-test-"));
  await initBare(join(root, "remotes/shop.git"), "main");
  const checkout = await initCheckout(join(root, "work"), {
    branch: "main",
    origin: join(root, "remotes/shop.git"),
    committer: ana,
  });
  const policy = { ...publicHostsOnly, allowFileBelow: join(root, "remotes") };
  const url = parseRepositoryUrl(`file://${root}/remotes/shop.git`, policy);
  const store = await openStore(join(root, "store"), { policy }, signal);
  return {
    root,
    checkout,
    store,
    remote: { url, credentials: { kind: "none" } },
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true });
    },
  };
};

describe("a store", () => {
  test("asks for a branch, fetches it and reads its commit, trees and blobs without a checkout", async () => {
    await using world = await openWorld();
    const { checkout, remote, store } = world;
    const tip = await checkout.commitFiles(
      { "apps/web/deployment.yaml": "kind: Deployment\n", "README.md": "# shop\n" },
      "Add the web app\n\nIts body.",
    );
    await checkout.push("main");

    expect([...(await store.lsRemote(remote, ["refs/heads/main", "refs/heads/none"], signal))]).toEqual([
      ["refs/heads/main", tip],
    ]);
    expect(await store.fetchCandidate(remote, "refs/heads/main", 1, signal)).toBe(tip);

    const commit = await store.readCommit(tip, signal);
    expect(commit).toMatchObject({ oid: tip, parents: [], subject: "Add the web app", author: ana });
    const names = (await store.readTree(commit.tree, signal)).map(({ mode, name }) => [mode, pathText(name)]);
    expect(names).toEqual([
      ["100644", "README.md"],
      ["040000", "apps"],
    ]);
    const listed = await listTree(store, tip, signal);
    expect(listed.map(({ path, type, size }) => [pathText(path), type, size])).toEqual([
      ["README.md", "blob", 7],
      ["apps", "tree", undefined],
      ["apps/web", "tree", undefined],
      ["apps/web/deployment.yaml", "blob", 17],
    ]);
    const blob = listed.at(-1)?.oid ?? "";
    expect((await store.readBlob(blob, signal)).toString()).toBe("kind: Deployment\n");
  });

  test("tells ancestry in three answers", async () => {
    await using world = await openWorld();
    const { checkout, remote, store } = world;
    const first = await checkout.commitFiles({ a: "1" }, "first");
    const second = await checkout.commitFiles({ a: "2" }, "second");
    await checkout.push("main");
    await store.fetchCandidate(remote, "refs/heads/main", 1, signal);
    await checkout.resetTo(first);
    const other = await checkout.commitFiles({ a: "3" }, "other");
    await checkout.forcePush("main");
    await store.fetchCandidate(remote, "refs/heads/main", 1, signal);

    expect(await store.isAncestor(first, second, signal)).toBe("yes");
    expect(await store.isAncestor(second, first, signal)).toBe("no");
    expect(await store.isAncestor(second, other, signal)).toBe("no");
    expect(await store.isAncestor("f".repeat(40), other, signal)).toBe("missing");
    expect(await store.revListBetween(other, first, 10, signal)).toEqual([other]);
  });

  test.each([
    ["in the middle", { "a/b.yaml": "2" }],
    ["nowhere", {}],
    ["by a name that is not ASCII", { "a/näw file": "2" }],
    ["at both ends", { "0": "1", z: "1" }],
    ["by removing the first and the last", { "a/a.yaml": undefined, "e/a.yaml": undefined }],
    ["from a file to a directory", { c: undefined, "c/a.yaml": "1" }],
    ["nothing but a mode and an order", { b: undefined, "b.c": "1", "b/c": "1" }],
  ])("finds the new objects where a tree changed %s", async (_, changes: Record<string, string | undefined>) => {
    await using world = await openWorld();
    const { checkout, remote, store } = world;
    const files = {
      "a/a.yaml": "1",
      "a/b.yaml": "1",
      "a/c.yaml": "1",
      b: "b",
      c: "c",
      "d/a.yaml": "d",
      "e/a.yaml": "e",
    };
    const before = await checkout.commitFiles(files, "before");
    const after = await checkout.commitFiles(changes, "after");
    await checkout.push("main");
    await store.fetchCandidate(remote, "refs/heads/main", 1, signal);
    const [old, now] = await Promise.all([before, after].map((id) => store.readCommit(id, signal)));
    const listed = await Promise.all([before, after].map((id) => listTree(store, id, signal)));
    const [had, has] = listed.map((entries) => new Map(entries.map(({ oid, path }) => [pathText(path), oid])));
    const expected = [...(has ?? [])].filter(([path, oid]) => had?.get(path) !== oid).map(([, oid]) => oid);
    const found = await newObjects(store, old?.tree ?? "", now?.tree ?? "", signal);
    expect(found).toEqual(new Set([...expected, ...(old?.tree === now?.tree ? [] : [now?.tree])]));
  });

  test("follows an annotated or plain tag to its commit, and keeps a tag's own id apart", async () => {
    await using world = await openWorld();
    const { checkout, remote, store } = world;
    const tip = await checkout.commitFiles({ a: "1" }, "tagged");
    await checkout.tag("v1");
    await checkout.pushTag("v1");
    expect(await store.fetchCandidate(remote, "refs/tags/v1", 1, signal)).toBe(tip);
    expect((await store.readCommit(tip, signal)).subject).toBe("tagged");
  });

  test("reads many objects at once, in whatever order they are asked", async () => {
    await using world = await openWorld();
    const { checkout, remote, store } = world;
    const big = "x".repeat(300_000);
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${i}`, i % 50 === 0 ? big + i : `${i}`]));
    const tip = await checkout.commitFiles({ ...files, "empty file": "" }, "many");
    await checkout.push("main");
    await store.fetchCandidate(remote, "refs/heads/main", 1, signal);
    const blobs = await listTree(store, tip, signal);
    const bodies = await Promise.all(blobs.map(({ oid }) => store.readBlob(oid, signal)));
    expect(blobs.map(({ path }, i) => [pathText(path), bodies[i]?.length])).toEqual(
      blobs.map(({ path, size }) => [pathText(path), size]),
    );
    expect(await store.readObject("e".repeat(40), signal)).toBeUndefined();
  });

  test("runs no hook, filter or fsmonitor that a repository carries", async () => {
    await using world = await openWorld();
    const { checkout, remote, root, store } = world;
    const mark = join(root, "marker");
    const tip = await checkout.commitFiles(
      {
        ".gitattributes": "* filter=evil diff=evil\n",
        ".gitconfig": `[core]\n\tfsmonitor = "touch ${mark}"\n`,
        "hooks/post-checkout": `#!/bin/sh\ntouch ${mark}\n`,
        f: "1",
      },
      "hostile",
    );
    await checkout.push("main");
    await store.fetchCandidate(remote, "refs/heads/main", 1, signal);
    await listTree(store, tip, signal);
    expect(await readdir(root)).toEqual(["remotes", "store", "work"]);
  });

  test("refuses a file repository that a symlink leads out of its directory", async () => {
    await using world = await openWorld();
    const { root, store } = world;
    await mkdir(join(root, "elsewhere"));
    await symlink(join(root, "elsewhere"), join(root, "remotes/link.git"));
    const policy = { ...publicHostsOnly, allowFileBelow: join(root, "remotes") };
    const url = parseRepositoryUrl(`file://${root}/remotes/link.git`, policy);
    await expect(store.lsRemote({ url, credentials: { kind: "none" } }, ["HEAD"], signal)).rejects.toMatchObject({
      reason: "UrlDenied",
    });
  });
});
