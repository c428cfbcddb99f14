import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { SourceStatus } from "@evenkeel/contracts";
import { temporaryFolder } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { runLine, serveStub } from "./stub-server.fixture.ts";

/** A webhook endpoint that checks signatures as the source-watcher does; `onPush` runs for a good one. */
const serveHook = async (secret: string, onPush: (repository: string) => void) => {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const good = createHmac("sha256", secret).update(Buffer.concat(parts)).digest("hex");
      const isGood = request.headers["x-signature"] === `sha256=${good}`;
      if (isGood) onPush(request.url?.split("/").at(-1) ?? "");
      response.writeHead(isGood ? 202 : 401).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]: () => void server.close(),
  };
};

const source = (revision: string, over: Parameters<typeof SourceStatus.fromPartial>[0] = {}) =>
  SourceStatus.fromPartial({ source: "_fleet", gitRef: "refs/heads/main", revision, ...over });

describe("evenkeel reconcile", () => {
  test("finds the webhook of npm start, signs, and tells what was seen", async () => {
    await using folder = await temporaryFolder();
    let now = source("1111111aaa");
    await using server = await serveStub({ listSources: async () => ({ sources: [now] }) });
    using hook = await serveHook("s3", (repository) => {
      if (repository === "_fleet") now = source("2222222bbb");
    });
    const secretFile = join(folder.path, "token");
    await writeFile(secretFile, "s3\n");
    await mkdir(join(folder.path, ".evenkeel"));
    const file = { server: server.address, webhook: { url: hook.url, secretFile } };
    await writeFile(join(folder.path, ".evenkeel", "server.json"), JSON.stringify(file));
    expect(await runLine("reconcile", { cwd: folder.path })).toEqual({
      code: 0,
      out: "_fleet is at main@2222222\n",
      err: "",
    });
  });

  test("tells a hold that the look has brought", async () => {
    await using folder = await temporaryFolder();
    let now = source("1111111aaa");
    await using server = await serveStub({ listSources: async () => ({ sources: [now] }) });
    const condition = { cause: "x", hold: { reason: { code: "HistoryRewritten", message: "main was rewritten" } } };
    using hook = await serveHook("s3", () => (now = source("1111111aaa", { condition })));
    const secretFile = join(folder.path, "token");
    await writeFile(secretFile, "s3");
    const flags = `--server ${server.address} --webhook ${hook.url} --webhook-secret ${secretFile}`;
    expect((await runLine(`reconcile _fleet ${flags}`)).out).toBe(
      "_fleet is at main@1111111, and is not followed: main was rewritten\n",
    );
    await writeFile(secretFile, "wrong");
    const refused = await runLine(`reconcile _fleet ${flags}`);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("the push event was refused (401)") });
  });

  test("says what is missing where no webhook is known", async () => {
    await using folder = await temporaryFolder();
    expect(await runLine("reconcile shop", { cwd: folder.path })).toMatchObject({
      code: 2,
      err: "evenkeel: reconcile: no webhook is known here; pass --webhook URL and --webhook-secret FILE\n",
    });
  });
});
