import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";

import { makeAuthority } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { repositoryText } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";

/** TLS before a plain server of this machine. */
const terminateTls = async (
  port: number,
  { certPem, keyPem }: { readonly certPem: string; readonly keyPem: string },
) => {
  let open = 0;
  const server = createServer({ cert: certPem, key: keyPem }, (socket) => {
    open += 1;
    const inner = connect(port, "127.0.0.1");
    socket.pipe(inner).pipe(socket);
    socket.on("error", () => inner.destroy());
    inner.on("error", () => socket.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => open,
    [Symbol.dispose]: () => void server.close(),
  };
};

test(
  "a host is asked over one connection by its own authority, and never by another",
  { timeout: 60_000 },
  async () => {
    await using world = await watchGit();
    const [authority, other] = [makeAuthority(), makeAuthority()];
    const port = Number(new URL(world.git.url).port);
    using front = await terminateTls(port, authority.serverCertificate());
    using frontOfBad = await terminateTls(port, authority.serverCertificate());
    for (const [name, { certPem }] of [
      ["good", authority],
      ["bad", other],
    ] as const) {
      await mkdir(join(world.dir, "secrets", name));
      await writeFile(join(world.dir, "secrets", name, "ca.crt"), certPem);
    }
    const by = (name: string, at: { readonly port: number }) =>
      repositoryText(name, `https://localhost:${at.port}/shop.git`).replace(
        "spec:\n",
        `spec:\n  credentials: {name: ${name}}\n`,
      );
    await world.pushFleet({ "repositories.yaml": `${by("good", front)}---\n${by("bad", frontOfBad)}` });
    const watcher = await world.watch({ privateHosts: ["localhost"] });
    await world.observed("good", await world.shop.head());
    await world.condition("bad", ({ error }) => error?.code === "HostIdentityChanged");

    const before = front.connections();
    const tip = await world.shop.commit({ a: "1" });
    await world.shop.push();
    await watcher.hook("good");
    await world.observed("good", tip);
    expect(front.connections()).toBe(before);
    expect(world.commits("bad")).toEqual([]);
  },
);
