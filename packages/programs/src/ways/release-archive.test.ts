import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import { platform } from "../cache.ts";
import { programs } from "../table.ts";
import { releaseArchive } from "./release-archive.ts";

/** Serves one archive that holds `dist/tool`, at any path but /missing. */
const startRelease = async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-release-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "dist"));
  await writeFile(join(folder, "dist/tool"), "the program", { mode: 0o755 });
  await promisify(execFile)("tar", ["-czf", "tool.tar.gz", "dist"], { cwd: folder });
  const archive = await readFile(join(folder, "tool.tar.gz"));
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/missing.tar.gz" ? 404 : 200).end(archive);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  stack.defer(() => void server.close());
  const { port } = server.address() as { readonly port: number };
  const owned = stack.move();
  const digest = createHash("sha256").update(archive).digest("hex");
  return { url: `http://127.0.0.1:${port}`, digest, folder, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};
const from = (url: string, digest: string, where = platform) =>
  releaseArchive({
    name: "tool 1.2.3",
    algorithm: "sha256",
    archives: { [where]: { url, digest, member: "dist/tool" } },
  });

test("unpacks the program of an archive whose checksum is the pinned one", async () => {
  await using release = await startRelease();
  const got = await from(`${release.url}/tool.tar.gz`, release.digest).get(programs.git, release.folder);
  expect(await readFile(got.path, "utf8")).toBe("the program");
});

test.each([
  ["another checksum", "/tool.tar.gz", "0".repeat(64), platform, /sha256 is [0-9a-f]{64}, pinned is 0{64}/],
  ["an archive that is not there", "/missing.tar.gz", "", platform, "HTTP status 404"],
  ["a platform without a pin", "/tool.tar.gz", "", "plan9-mips", `no archive is pinned for ${platform}`],
])("refuses %s", async (_, path, digest, where, words) => {
  await using release = await startRelease();
  await expect(from(release.url + path, digest, where).get(programs.git, release.folder)).rejects.toThrow(words);
});

test("says that nobody answers", async () => {
  await expect(from("http://127.0.0.1:1/tool.tar.gz", "").get(programs.git, "/nonexistent")).rejects.toThrow(
    /127\.0\.0\.1:1/,
  );
});
