import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { serverConfig } from "./server-config.ts";
import { startNatsServer } from "./start-nats-server.ts";

const folderFor = async () => {
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-nats-"));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
};
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const greeting = async (url: string): Promise<string> => {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  const [data] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return data.toString();
};

test("starts a server with JetStream on loopback, and its process is gone after disposal", async () => {
  await using temporary = await folderFor();
  const server = await startNatsServer({ folder: temporary.folder, jetstream: { syncInterval: "always" } });
  expect(server.url).toMatch(/^nats:\/\/127\.0\.0\.1:\d+$/);
  expect(server.version).toMatch(/^2\.(1[4-9]|[2-9]\d)\./);
  expect(await greeting(server.url)).toContain('"jetstream":true');
  const jsz = (await (await fetch(`${server.monitorUrl}/jsz?config=true`)).json()) as {
    readonly config: { readonly sync_always?: boolean };
  };
  expect(jsz.config.sync_always).toBe(true);
  expect((await stat(join(temporary.folder, "nats-server.conf"))).mode & 0o777).toBe(0o600);
  expect(isAlive(server.pid)).toBe(true);
  await server[Symbol.asyncDispose]();
  expect(isAlive(server.pid)).toBe(false);
});

test("keeps its streams' folder over a kill and a new start", async () => {
  await using temporary = await folderFor();
  const first = await startNatsServer({ folder: temporary.folder });
  await first.kill();
  expect(isAlive(first.pid)).toBe(false);
  await using second = await startNatsServer({ folder: temporary.folder, port: Number(new URL(first.url).port) });
  expect(second.url).toBe(first.url);
});

test("names the server's own words when the configuration is wrong", async () => {
  await using temporary = await folderFor();
  await expect(startNatsServer({ folder: temporary.folder, extra: "accounts { A: { users: 7 } }" })).rejects.toThrow(
    /ended at its start: .*users field to be an array/,
  );
});

test("stops a server that an earlier, killed parent left in the same folder", async () => {
  await using temporary = await folderFor();
  const first = await startNatsServer({ folder: temporary.folder });
  const binary = (await readFile(`/proc/${first.pid}/cmdline`, "utf8")).split("\0")[0]!;
  await first.kill();
  // The same command without a parent that would end it: what is left where there is no setpriv.
  const left = spawn(binary, ["-c", join(temporary.folder, "nats-server.conf")], { stdio: "ignore" });
  const ports = join(temporary.folder, `nats-server_${left.pid}.ports`);
  await expect
    .poll(() =>
      stat(ports).then(
        () => "listening",
        () => "starting",
      ),
    )
    .toBe("listening");
  await using second = await startNatsServer({ folder: temporary.folder });
  if (left.exitCode === null && left.signalCode === null) await once(left, "exit");
  expect(isAlive(left.pid!)).toBe(false);
  expect(isAlive(second.pid)).toBe(true);
});

test("writes what the caller adds after its own settings, and no JetStream when told so", () => {
  const text = serverConfig({ folder: "/f", jetstream: false, extra: "accounts { A: {} }" });
  expect(text).toContain('host: "127.0.0.1"');
  expect(text).not.toContain("jetstream");
  expect(text.trimEnd().endsWith("accounts { A: {} }")).toBe(true);
});
