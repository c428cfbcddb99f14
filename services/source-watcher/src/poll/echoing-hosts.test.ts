import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { repositoryText } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";

const token = 'glpat-9Zq/+"Xk&77w';
const pair = `deploy:${token}`;
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const wrap = (text: string): string => (text.match(/.{1,5}/g) ?? []).join("\n");

/** How a host may write what it was sent. */
const written = {
  raw: token,
  percent: encodeURIComponent(token),
  json: JSON.stringify(token),
  base64: base64(token),
  header: `Basic ${base64(pair)}`,
  lines: wrap(token),
  headerLines: wrap(base64(pair)),
};
const pieces = ["glpat-9", '"Xk&77w', "Xk%2677w", "Zq%2F%2B", base64(pair).slice(9, 24), base64(token).slice(2, 16)];
const packet = (text: string): string => (Buffer.byteLength(text) + 4).toString(16).padStart(4, "0") + text;
const oneLine = (text: string): string => text.replaceAll("\n", "%0A");

type Echo = (said: string, request: IncomingMessage, response: ServerResponse) => void;

const advertised = [packet("# service=git-upload-pack\n"), "0000", packet("version 2\n"), packet("ls-refs\n")];
const advertise = (response: ServerResponse): void => {
  response.writeHead(200, { "content-type": "application/x-git-upload-pack-advertisement" });
  response.end([...advertised, packet("fetch\n"), packet("object-format=sha1\n"), "0000"].join(""));
};

/** Where a host may put it. */
const ways: Readonly<Record<string, Echo>> = {
  "the body of a refusal": (said, _, response) => void response.writeHead(403).end(said),
  "the words of a status": (said, _, response) => void response.writeHead(418, oneLine(said)).end(),
  "the address of a redirect": (said, _, response) =>
    void response.writeHead(302, { location: `/${encodeURI(oneLine(said))}/info/refs` }).end(),
  "a header": (said, _, response) =>
    void response.writeHead(401, { "www-authenticate": `Basic realm="${encodeURI(oneLine(said))}"` }).end(),
  "the type of a body": (said, _, response) =>
    void response.writeHead(200, { "content-type": encodeURI(oneLine(said)) }).end("x"),
  "an error of the protocol": (said, request, response) => {
    if (request.method === "GET") advertise(response);
    else
      response
        .writeHead(200, { "content-type": "application/x-git-upload-pack-result" })
        .end(packet(`ERR no: ${said}\n`));
  },
  "an error beside the pack": (said, request, response) => {
    if (request.method === "GET") return advertise(response);
    request.setEncoding("latin1").once("data", (text: string) => {
      response.writeHead(200, { "content-type": "application/x-git-upload-pack-result" });
      if (text.includes("command=ls-refs")) response.end(`${packet(`${"a".repeat(40)} refs/heads/main\n`)}0000`);
      else response.end(`${packet("packfile\n")}${packet(`\u0002${said}\n`)}${packet(`\u0003${said}\n`)}0000`);
    });
  },
};

const serveEchoes = async () => {
  const names = Object.keys(ways);
  const server = createServer((request, response) => {
    const [, way, form] = /^\/(\d+)-(\w+)\.git/.exec(request.url ?? "") ?? [];
    const said = written[form as keyof typeof written];
    if (request.headers.authorization === undefined)
      response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end();
    else ways[names[Number(way)] ?? ""]?.(said ?? "", request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Every byte that a bus server has stored. */
const storedBytes = async (dir: string): Promise<string> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "latin1")))).join("\n");
};

describe("a Git host that says the credential it was sent", { timeout: 120_000 }, () => {
  test("in any way and form brings it neither into a log, a span, a fact nor a bucket", async () => {
    await using world = await watchGit();
    await using host = await serveEchoes();
    await mkdir(join(world.dir, "secrets/echo"));
    await writeFile(join(world.dir, "secrets/echo/username"), "deploy");
    await writeFile(join(world.dir, "secrets/echo/password"), `${token}\n`);
    const names = Object.keys(ways).flatMap((_, way) => Object.keys(written).map((form) => [way, form] as const));
    const declare = (name: string, url: string): string =>
      repositoryText(name, url).replace("spec:\n", "spec:\n  credentials: {name: echo}\n");
    await world.pushFleet({
      "echoes.yaml": names
        .map(([way, form]) => declare(`e-${way}-${form.toLowerCase()}`, `${host.url}/${way}-${form}.git`))
        .join("---\n"),
    });
    const watcher = await world.watch();
    for (const [way, form] of names)
      await world.condition(`e-${way}-${form.toLowerCase()}`, ({ error, hold }) => (error ?? hold) !== undefined);

    const told = JSON.stringify(
      [
        world.facts.map(({ fact }) => fact),
        watcher.telemetry.logs,
        watcher.telemetry.spans.map(({ attributes, status }) => [attributes, status]),
      ],
      (_, value: unknown) => (typeof value === "bigint" ? String(value) : value),
    );
    expect(told).toContain("***");
    const stored = await storedBytes(world.busStore);
    for (const piece of pieces) {
      expect(told, piece).not.toContain(piece);
      expect(stored, piece).not.toContain(piece);
    }
  });

  test("in a commit is struck from its subject and its author", async () => {
    await using world = await watchGit();
    await mkdir(join(world.dir, "secrets/echo"));
    await writeFile(join(world.dir, "secrets/echo/password"), token);
    await world.pushFleet({
      "shop.yaml": repositoryText("shop", world.shopUrl).replace("spec:\n", "spec:\n  credentials: {name: echo}\n"),
    });
    const tip = await world.shop.commit({ a: "1" }, `Use ${encodeURIComponent(token)} and ${base64(pair)}`);
    await world.shop.push();
    await world.watch();
    expect(await world.observed("shop", tip)).toMatchObject({ subject: "Use *** and ***" });
    for (const piece of pieces) expect(await storedBytes(world.busStore), piece).not.toContain(piece);
  });
});
