import { execFileSync } from "node:child_process";
import { chmod, readFile, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { createConnections } from "./connections.ts";
import { serveShop } from "./git-world.fixture.ts";
import { listTree } from "./list-tree.fixture.ts";
import type { ServedOptions } from "./git-world.fixture.ts";
import { parseRepositoryUrl, publicHostsOnly } from "./repository-url.ts";
import { openStore } from "./store.ts";

const signal = AbortSignal.timeout(60_000);
const main = "refs/heads/main";

const openWorld = async (options: ServedOptions = {}) => {
  const world = await serveShop(options);
  const tip = await world.checkout.commitFiles({ "a.yaml": "a: 1\n" }, "first");
  await world.checkout.push("main");
  return { ...world, tip };
};

const leftovers = async (store: string) =>
  (await readdir(join(store, "objects/pack"))).filter((name) => name.startsWith("tmp_"));

describe.each([
  ["by a git process", undefined],
  ["over a kept connection", createConnections()],
])("a remote over smart HTTP, asked %s,", (_how, connections) => {
  afterAll(() => connections?.[Symbol.dispose]());
  const open = (options: ServedOptions = {}) => openWorld({ ...options, connections });

  test("answers with the credential that its header carries, and refuses another one by name only", async () => {
    await using world = await open({ login: { username: "ana", password: "s3cret-c4nary" } });
    const good = world.at(world.url, { kind: "basic", username: "ana", password: "s3cret-c4nary" });
    expect(await world.store.fetchCandidate(good, main, 1, signal)).toBe(world.tip);
    const bad = world.at(world.url, { kind: "basic", username: "ana", password: "wr0ng-c4nary" });
    const failure = await world.store.lsRemote(bad, [main], signal).catch((error: unknown) => error);
    expect(failure).toMatchObject({ reason: "AuthFailed" });
    expect(String((failure as Error).message)).not.toContain("c4nary");
  });

  test("keeps the credential out of every command line and environment", async () => {
    const seen: string[] = [];
    await using world = await open({
      intercept: () => {
        seen.push(
          execFileSync("ps", ["eww", "-e", "-o", "args"], { encoding: "utf8", env: { PATH: "/usr/bin:/bin" } }),
        );
        return false;
      },
    });
    const remote = world.at(world.url, { kind: "bearer", token: "s3cret-c4nary" });
    await world.store.lsRemote(remote, [main], signal);
    expect(seen.some((text) => text.includes(`remote-http ${world.url}`))).toBe(connections === undefined);
    expect(seen.filter((text) => text.includes("c4nary"))).toEqual([]);
  });

  test.each([
    ["a redirect", 302, "HostDenied"],
    ["not found", 404, "AuthFailed"],
    ["forbidden", 403, "AuthFailed"],
    ["an error of the server", 500, "Unreachable"],
  ])("types %s", async (_what, status, reason) => {
    await using world = await open({
      intercept: (_request, response) => {
        response.writeHead(status, { location: "http://127.0.0.1:9/elsewhere" }).end();
        return true;
      },
    });
    await expect(world.store.lsRemote(world.at(world.url), [main], signal)).rejects.toMatchObject({ reason });
  });

  test("types a ref that is gone, and leaves the store as it was", async () => {
    await using world = await open();
    const gone = world.store.fetchCandidate(world.at(world.url), "refs/heads/none", 1, signal);
    await expect(gone).rejects.toMatchObject({ reason: "RefGone" });
    expect(await world.store.has(world.tip, signal)).toBe(false);
  });

  test("fetches a full commit id", async () => {
    await using world = await open();
    expect(await world.store.fetchCandidate(world.at(world.url), world.tip, 1, signal)).toBe(world.tip);
  });

  test("a server that accepts and is silent ends at the deadline, with no child left", async () => {
    await using world = await open({ intercept: () => true, limits: { askMs: 300 } });
    await expect(world.store.lsRemote(world.at(world.url), [main], signal)).rejects.toMatchObject({
      reason: "FetchTimeout",
    });
    expect(execFileSync("ps", ["-e", "-o", "args"], { encoding: "utf8" })).not.toContain(world.url);
  });

  test("a refused connection is Unreachable", async () => {
    await using world = await open();
    const closed = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => closed.once("listening", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const remote = world.at(`http://127.0.0.1:${port}/shop.git`);
    await expect(world.store.lsRemote(remote, [main], signal)).rejects.toMatchObject({ reason: "Unreachable" });
  });

  test("a pack above its cap is refused and its disk freed", async () => {
    await using world = await open({ limits: { packBytes: 64 * 1024 } });
    const noise = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 2_654_435_761) >>> ((i % 13) + 3)));
    await world.checkout.commitFiles({ noise }, "noise");
    await world.checkout.push("main");
    await expect(world.store.fetchCandidate(world.at(world.url), main, 1, signal)).rejects.toMatchObject({
      reason: "LimitExceeded",
    });
    expect(await leftovers(join(world.dir, "store"))).toEqual([]);
  });

  test("a commit whose message is above the cap is told as such, and its descendants are compared without it", async () => {
    await using world = await open({ limits: { objectBytes: 1000 } });
    const before = await world.checkout.commitFiles({ a: "1" }, "small");
    const large = await world.checkout.commitFiles({ a: "2" }, "m".repeat(5_000));
    const after = await world.checkout.commitFiles({ a: "3" }, "small again");
    await world.checkout.push("main");
    await world.store.fetchCandidate(world.at(world.url), main, 1, signal);
    await expect(world.store.readCommit(large, signal)).rejects.toMatchObject({
      reason: "LimitExceeded",
      message: expect.stringMatching(new RegExp(`^commit ${large} has \\d+ bytes, more than 1000`)),
      remedy: "push another commit, with a shorter message",
    });
    expect(await world.store.isAncestor(before, after, signal)).toBe("yes");
  });

  test("a large object is told by its size instead of read, and the reader goes on", async () => {
    await using world = await open({ limits: { objectBytes: 1000 } });
    const tip = await world.checkout.commitFiles({ large: "x".repeat(200_000), small: "y" }, "large");
    await world.checkout.push("main");
    await world.store.fetchCandidate(world.at(world.url), main, 1, signal);
    const [, large, small] = await listTree(world.store, tip, signal);
    const reads = [large, small, large].map((entry) => world.store.readObject(entry?.oid ?? "", signal));
    expect((await Promise.all(reads)).map((object) => [object?.size, object?.body?.length])).toEqual([
      [200_000, undefined],
      [1, 1],
      [200_000, undefined],
    ]);
    await expect(world.store.readBlob(large?.oid ?? "", signal)).rejects.toMatchObject({ reason: "LimitExceeded" });
  });

  test("a shallow remote cannot serve", async () => {
    await using world = await open();
    await world.checkout.commitFiles({ "a.yaml": "a: 2\n" }, "second");
    await world.checkout.push("main");
    const shallow = join(world.server.root, "shallow.git");
    execFileSync("git", ["clone", "--quiet", "--bare", "--depth=1", `file://${world.bare}`, shallow]);
    const remote = world.at(`${world.server.url}/shallow.git`);
    await expect(world.store.fetchCandidate(remote, main, 1, signal)).rejects.toMatchObject({
      reason: "ServerCapability",
    });
  });

  test("an abort ends the call with the signal's own reason", async () => {
    const controller = new AbortController();
    await using world = await open({
      intercept: () => {
        controller.abort(new Error("the lease is lost"));
        return true;
      },
    });
    await expect(world.store.lsRemote(world.at(world.url), [main], controller.signal)).rejects.toThrow(
      "the lease is lost",
    );
  });
});

describe("a commit that fsck refuses", () => {
  test.each([["by a git process"], ["over a kept connection"]])("fails the whole fetch, asked %s", async (how) => {
    using connections = createConnections();
    await using world = await openWorld({ connections: how === "by a git process" ? undefined : connections });
    const env = { PATH: "/usr/local/bin:/usr/bin:/bin", GIT_DIR: world.bare };
    const tree = execFileSync("git", ["rev-parse", `${world.tip}^{tree}`], { env, encoding: "utf8" }).trim();
    const bad = `tree ${tree}\nauthor Ana <ana@example.org> 1 +0000\ncommitter broken\n\nx\n`;
    const oid = execFileSync("git", ["hash-object", "-t", "commit", "-w", "--literally", "--stdin"], {
      env,
      input: bad,
    })
      .toString()
      .trim();
    execFileSync("git", ["update-ref", main, oid], { env });
    await expect(world.store.fetchCandidate(world.at(world.url), main, 1, signal)).rejects.toMatchObject({
      reason: "ObjectCorrupt",
      message: expect.stringContaining("missingEmail") as string,
    });
  });
});

describe("ssh", () => {
  test("gets key and known hosts by file, never by argument", async () => {
    await using world = await openWorld();
    const fake = join(world.dir, "fake-ssh");
    const out = join(world.dir, "seen");
    await writeFile(
      fake,
      `#!/bin/sh\n{ echo "$@"; stat -c '%a %n' "$EVENKEEL_SSH_KEY"; cat "$EVENKEEL_SSH_KEY"; } > ${out}\nexit 255\n`,
    );
    await chmod(fake, 0o755);
    const policy = { ...publicHostsOnly, privateHosts: ["localhost"] };
    const programs = { searchPath: "/usr/local/bin:/usr/bin:/bin", ssh: fake };
    await using store = await openStore(join(world.dir, "ssh-store"), { policy, programs }, signal);
    const url = parseRepositoryUrl("ssh://git@localhost:2222/shop.git", policy);
    const credentials = { kind: "ssh", privateKey: "K3Y-c4nary", knownHosts: "localhost ssh-ed25519 AAAA" } as const;
    await expect(store.lsRemote({ url, credentials }, [main], signal)).rejects.toMatchObject({ name: "GitFailed" });
    const [argv, mode, key] = (await readFile(out, "utf8")).split("\n");
    expect(argv).toBe("-o SendEnv=GIT_PROTOCOL -p 2222 git@localhost git-upload-pack '/shop.git'");
    expect(mode).toMatch(/^600 /);
    expect(key).toBe("K3Y-c4nary");
  });
});

describe("a host", () => {
  test.each([
    ["a loopback address", "https://127.0.0.1/shop"],
    ["a metadata address", "https://169.254.169.254/shop"],
    ["a private address", "https://10.0.0.1/shop"],
    ["a name that resolves to loopback", "https://localhost/shop"],
  ])("is denied as %s unless listed", async (_what, url) => {
    await using world = await openWorld();
    await expect(world.store.lsRemote(world.at(url), [main], signal)).rejects.toMatchObject({ reason: "HostDenied" });
  });
});
