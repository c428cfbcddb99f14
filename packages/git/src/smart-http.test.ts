import { execFileSync } from "node:child_process";
import { access } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { createConnections } from "./connections.ts";
import { serveShop } from "./git-world.fixture.ts";
import { lineOf, packet, readPackets } from "./pkt-line.ts";

const signal = AbortSignal.timeout(60_000);
const main = "refs/heads/main";

const openWorld = async () => {
  const connections = createConnections();
  const asked: string[] = [];
  let intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  const world = await serveShop({
    connections,
    intercept: (request, response) => {
      asked.push(`${request.method} ${request.url?.split("/").at(-1)}`);
      return intercept(request, response);
    },
  });
  return {
    ...world,
    remote: world.at(world.url),
    push: async (content: string): Promise<string> => {
      const tip = await world.checkout.commitFiles({ "a/b.yaml": content, "c.yaml": "c" }, content);
      await world.checkout.push("main");
      return tip;
    },
    /** What was asked since the last call. */
    asked: () => asked.splice(0),
    intercept: (by: typeof intercept) => (intercept = by),
    [Symbol.asyncDispose]: async () => {
      connections[Symbol.dispose]();
      await world[Symbol.asyncDispose]();
    },
  };
};

describe("a kept connection", () => {
  test("asks what the host can once, then one question a look, and one more for what is new", async () => {
    await using world = await openWorld();
    const { remote, store } = world;
    const first = await world.push("1");
    expect(await store.fetchCandidate(remote, main, 1, signal)).toBe(first);
    expect(world.asked()).toEqual(["GET refs?service=git-upload-pack", "POST git-upload-pack", "POST git-upload-pack"]);
    expect([...(await store.lsRemote(remote, [main], signal))]).toEqual([[main, first]]);
    expect(await store.fetchCandidate(remote, main, 1, signal)).toBe(first);
    expect(world.asked()).toEqual(["POST git-upload-pack", "POST git-upload-pack"]);
    const second = await world.push("2");
    expect(await store.fetchCandidate(remote, main, 1, signal)).toBe(second);
    expect(world.asked()).toHaveLength(2);
    expect((await store.readCommit(second, signal)).parents).toEqual([first]);
    expect(await store.isAncestor(first, second, signal)).toBe("yes");
  });

  test("leaves a host that speaks no version 2 to a git process", async () => {
    await using world = await openWorld();
    world.intercept((request) => {
      delete request.headers["git-protocol"];
      return false;
    });
    const tip = await world.push("1");
    expect(await world.store.fetchCandidate(world.remote, main, 1, signal)).toBe(tip);
    expect([...(await world.store.lsRemote(world.remote, [main], signal))]).toEqual([[main, tip]]);
  });

  test("leaves a host that breaks off to a git process, and comes back to it", async () => {
    await using world = await openWorld();
    await world.store.fetchCandidate(world.remote, main, 1, signal).catch(() => {});
    const tip = await world.push("1");
    let broken = 0;
    world.intercept((request, response) => {
      if (request.headers["user-agent"] !== "git/evenkeel" || (broken += 1) > 1) return false;
      response.writeHead(200, { "content-type": "application/x-git-upload-pack-result" });
      response.write("0040half a li");
      response.socket?.destroy();
      return true;
    });
    expect(await world.store.fetchCandidate(world.remote, main, 1, signal)).toBe(tip);
    expect(broken).toBe(1);
    await world.store.lsRemote(world.remote, [main], signal);
    expect(broken).toBeGreaterThan(1);
  });

  test("refuses a pack without all that its commit leads to", async () => {
    await using world = await openWorld();
    const tip = await world.push("1");
    const env = { PATH: "/usr/local/bin:/usr/bin:/bin", GIT_DIR: world.bare };
    const pack = execFileSync("git", ["pack-objects", "--stdout", "--quiet"], { env, input: `${tip}\n` });
    world.intercept((request, response) => {
      if (request.method !== "POST" || response.headersSent) return false;
      request.setEncoding("latin1");
      request.once("data", (text: string) => {
        const isFetch = text.includes("command=fetch");
        response.writeHead(200, { "content-type": "application/x-git-upload-pack-result" });
        if (isFetch) {
          response.write(packet("packfile\n"));
          response.write((pack.length + 5).toString(16).padStart(4, "0") + "\x01");
          response.end(Buffer.concat([pack, Buffer.from("0000")]));
        } else response.end(`${packet(`${tip} ${main}\n`)}0000`);
      });
      return true;
    });
    await expect(world.store.fetchCandidate(world.remote, main, 1, signal)).rejects.toMatchObject({
      reason: "ObjectCorrupt",
    });
    expect(await world.store.has(tip, signal)).toBe(false);
    await expect(access(join(world.dir, "store/refs/evenkeel/candidate/1"))).rejects.toThrow("ENOENT");
  });
});

describe("packets", () => {
  const read = async (chunks: readonly string[]): Promise<readonly string[]> => {
    const found: string[] = [];
    const stream = (async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk);
    })();
    for await (const one of readPackets(stream)) found.push(one.kind === "data" ? lineOf(one.data) : one.kind);
    return found;
  };

  test.each([
    ["in one chunk", [`${packet("a\n")}0001${packet("b")}00000002`]],
    ["cut anywhere", ["0", "006a\n00", "010005", "b0000", "0002"]],
  ])("are read %s", async (_how, chunks) => {
    expect(await read(chunks)).toEqual(["a", "delim", "b", "flush", "end"]);
  });

  test.each([
    ["an end inside a packet", ["0009ab"]],
    ["a length that is none", ["<htm"]],
    ["a length below its own", ["0003"]],
  ])("are refused with %s", async (_what, chunks) => {
    await expect(read(chunks)).rejects.toMatchObject({ name: "AskGitInstead" });
  });
});
