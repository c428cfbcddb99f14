import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { temporaryFolder } from "../temporary-folder.ts";
import { makeRepository } from "./make-repository.ts";
import { runGit } from "./run-git.ts";
import { startGitServer } from "./start-git-server.ts";

const remoteHead = async (url: string, ref = "refs/heads/main"): Promise<string | undefined> =>
  (await runGit("/", "ls-remote", url, ref)).split("\t")[0];

test("a commit pushed over HTTP is what another clone gets", async () => {
  await using server = await startGitServer();
  await using work = await makeRepository({ "app/config.yaml": "a: 1\n", "run.sh": { executable: "#!/bin/sh\n" } });
  await using elsewhere = await temporaryFolder();
  const { url } = await server.create("team/app");
  const tip = await work.commit({ "app/config.yaml": "a: 2\n", link: { link: "app" }, "run.sh": null });
  await work.push({ remote: url });
  expect(await remoteHead(url)).toBe(tip);
  await runGit(elsewhere.path, "clone", "--quiet", url, "copy");
  expect(await readFile(join(elsewhere.path, "copy/link/config.yaml"), "utf8")).toBe("a: 2\n");
  await expect(stat(join(elsewhere.path, "copy/run.sh"))).rejects.toThrow("ENOENT");
  expect(server.requests.map(({ method, url: path }) => `${method} ${path}`)).toContain(
    "POST /team/app.git/git-receive-pack",
  );
});

test("a large push without a length (chunked) arrives", async () => {
  await using server = await startGitServer();
  await using work = await makeRepository();
  const { url } = await server.create("large");
  const noise = Array.from({ length: 200_000 }, (_, i) => (i * 2_654_435_761) % 4_294_967_296).join("\n");
  const tip = await work.commit({ "large.txt": noise });
  await work.push({ remote: url });
  expect(await remoteHead(url)).toBe(tip);
});

test("a rewritten history is refused until it is forced", async () => {
  await using server = await startGitServer();
  await using work = await makeRepository({ file: "1" });
  const { url } = await server.create("app");
  await work.commit({ file: "2" });
  await work.push({ remote: url });
  const rewritten = await work.amend({ file: "3" });
  await expect(work.push()).rejects.toThrow("rejected");
  await work.push({ force: true });
  expect(await remoteHead(url)).toBe(rewritten);
});

test("branches and tags point where they were set", async () => {
  await using work = await makeRepository({ file: "1" });
  const first = await work.head();
  await work.branch("next");
  const second = await work.commit({ file: "2" });
  await work.tag("v1", { annotated: true });
  await work.branch("main");
  expect(await work.head()).toBe(first);
  expect(await remoteHead(work.url, "refs/heads/next")).toBe(second);
  expect(await remoteHead(work.url, "refs/tags/v1^{}")).toBe(second);
});

test.each([
  ["a status", { kind: "status", status: 503 } as const, "503"],
  ["a dropped connection", { kind: "drop" } as const, /Empty reply|reset/],
])("%s fails the request until the fault is taken away", async (_, fault, words) => {
  await using server = await startGitServer();
  const { url } = await server.create("app");
  server.setFault(fault);
  await expect(remoteHead(url)).rejects.toThrow(words);
  server.setFault(undefined);
  expect(await remoteHead(url)).toBe("");
});

test("with a login, only that login gets in", async () => {
  await using server = await startGitServer({ login: { username: "bot", password: "s3cret" } });
  const { url } = await server.create("app");
  await expect(remoteHead(url)).rejects.toThrow(/could not read Username|Authentication failed/);
  expect(await remoteHead(url.replace("//", "//bot:s3cret@"))).toBe("");
});
