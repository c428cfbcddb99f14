import { spawn } from "node:child_process";
import { once } from "node:events";
import { symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";

import { temporaryFolder } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

const script = join(dirname(import.meta.dirname), "start.ts");

const run = async (cwd: string, args: readonly string[]) => {
  const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ["ignore", "ignore", "pipe"] });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, err };
};

const kubeconfig = (server: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "a", cluster: { server } }],
    users: [{ name: "a", user: { token: "x" } }],
    contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
    "current-context": "a",
  });

describe("a start that cannot go on says what is wrong in one line, with exit code 2 and no stack", () => {
  const files = {
    "broken.yaml": "a: [\n",
    "no-context.yaml": '{"apiVersion": "v1", "kind": "Config", "clusters": [], "users": [], "contexts": []}\n',
    "nobody.yaml": kubeconfig("https://127.0.0.1:1"),
    file: "",
  };
  test.each([
    ["an unknown log level", ["--log-level", "loud"], /--log-level loud: expected debug, info, warn, error/],
    ["a port that is none", ["--port", "http"], /--port http: expected 0 to 65535/],
    ["an id that is none", ["--take-over", "A b"], /--take-over A b: expected an installation id/],
    [
      "no kubeconfig",
      ["--kubeconfig", "/nonexistent"],
      /--kubeconfig \/nonexistent: ENOENT: no such file.*; name one that is there/,
    ],
    ["a folder for a kubeconfig", ["--kubeconfig", "."], /--kubeconfig \.: EISDIR.*; name a file, not a folder/],
    ["a broken kubeconfig", ["--kubeconfig", "broken.yaml"], /kubeconfig.*:\d+:\d+: /],
    ["a kubeconfig without contexts", ["--kubeconfig", "no-context.yaml"], /no-context\.yaml names no context/],
    ["a cluster that nobody serves", ["--kubeconfig", "nobody.yaml"], /a cluster cannot be reached: .*ECONNREFUSED/],
    [
      "a data folder below a file system that takes none",
      ["--data", "/proc/x"],
      /--data \/proc\/x: ENOENT.*; name another/,
    ],
    ["a data folder far below such a one", ["--data", "/proc/x/y/z"], /--data \/proc\/x\/y\/z: ENOENT.*; name another/],
    [
      "a data folder that takes no files",
      ["--data", "/proc/self"],
      /--data \/proc\/self: .*; name another folder, where/,
    ],
    [
      "a data folder that nobody may write",
      ["--data", "/sys/x"],
      /--data \/sys\/x: (EPERM|EACCES|EROFS).*; name another/,
    ],
    ["a data folder below a device", ["--data", "/dev/null/x"], /--data \/dev\/null\/x: ENOTDIR.*; name a folder/],
    ["a device for the data folder", ["--data", "/dev/full"], /--data \/dev\/full: (EEXIST|ENOTDIR).*; name a folder/],
    ["a link to nothing for the data folder", ["--data", "dangling"], /--data .*dangling: ENOENT.*; name another/],
    ["a link to itself for the data folder", ["--data", "loop"], /--data .*loop: ELOOP.*; name another/],
    ["a data folder with too long a name", ["--data", "x".repeat(300)], /--data .*x: ENAMETOOLONG.*; name another/],
    ["no name for the data folder", ["--data="], /--data: expected a value; try: npm start -- --help/],
    ["a file for the data folder", ["--data", "file"], /--data .*file: (EEXIST|ENOTDIR).*; name a folder, not a file/],
  ])("%s", async (_title, args, words) => {
    await using folder = await temporaryFolder();
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
    await symlink("nowhere", join(folder.path, "dangling"));
    await symlink("loop", join(folder.path, "loop"));
    const { code, err } = await run(folder.path, ["--tour=off", "--port", "0", ...args]);
    expect(err).toMatch(words);
    expect(err).not.toMatch(/^\s+at /m);
    expect(code, err).toBe(2);
  });

  test.each([
    ["--port", 0],
    ["--webhook-port", 0],
    ["--metrics-port", 2],
  ])("%s that another program has, or the one %i above", async (option, above) => {
    await using folder = await temporaryFolder();
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const own = option === "--port" ? [] : ["--port", "0"];
    const { code, err } = await run(folder.path, ["--tour=off", ...own, option, String(port - above)]);
    server.close();
    expect(err).toContain(`${option} ${port - above}: another program has port ${port} (EADDRINUSE); pass another one`);
    expect(err).not.toMatch(/^\s+at /m);
    expect(code, err).toBe(2);
  });
});
