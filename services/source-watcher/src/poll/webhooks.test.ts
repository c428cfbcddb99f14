import { createHmac } from "node:crypto";
import { once } from "node:events";
import { Agent, request } from "node:http";
import type { IncomingMessage } from "node:http";

import { describe, expect, test } from "vitest";

import { fleetFiles } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";

const post = (url: string, headers: Record<string, string>, chunks: readonly string[]): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once("error", reject);
    for (const chunk of chunks) sent.write(chunk);
    sent.end();
  });

describe("the webhook endpoint", { timeout: 60_000 }, () => {
  test("asks Git nothing in a storm of unsigned events, and writes one line of it, not a hundred", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    const before = world.git.requests.length;
    const statuses = await Promise.all(Array.from({ length: 100 }, () => watcher.hook("shop", "wrong")));
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(world.git.requests).toHaveLength(before);
    expect(watcher.telemetry.logs.filter(({ msg }) => msg === "webhook refused")).toHaveLength(1);
  });

  test("makes one look and one more of a storm of signed events", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    const tip = await world.shop.commit({ a: "1" });
    await world.shop.push();
    const before = world.git.requests.length;
    await Promise.all(Array.from({ length: 50 }, () => watcher.hook("shop")));
    await world.observed("shop", tip);
    await watcher.stop();
    const fetches = world.git.requests.slice(before).filter(({ url }) => url.includes("info/refs"));
    expect(fetches.length).toBeLessThanOrEqual(3);
  });

  test("answers 413 to a body without an announced length, and reads the rest of it on the same connection", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const { webhooks } = await world.watch();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const url = `http://${webhooks}/hooks/shop`;
    const tooLarge = request(url, { agent, method: "POST", headers: { "transfer-encoding": "chunked" } });
    const chunk = "x".repeat(64 * 1024);
    for (let sent = 0; sent < 17; sent += 1) tooLarge.write(chunk);
    const [response] = (await once(tooLarge, "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    for (let sent = 0; sent < 17; sent += 1) tooLarge.write(chunk);
    await new Promise<void>((resolve) => tooLarge.end(resolve));
    const { localPort } = response.socket;
    response.resume();
    const next = request(url, { agent, method: "POST" }).end("{}");
    const [answer] = (await once(next, "response")) as [IncomingMessage];
    expect({ status: answer.statusCode, localPort: answer.socket.localPort }).toEqual({ status: 401, localPort });
    agent.destroy();
  });

  test("takes the form that older hooks of GitHub send", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    const tip = await world.shop.commit({ a: "1" });
    await world.shop.push();
    const body = `payload=${encodeURIComponent(JSON.stringify({ repository: { clone_url: world.shopUrl } }))}`;
    const signature = createHmac("sha256", "hook-s3cret").update(body).digest("hex");
    const headers = { "x-signature": signature, "content-type": "application/x-www-form-urlencoded" };
    expect(await post(`http://${watcher.webhooks}/hooks/shop`, headers, [body])).toBe(202);
    await world.observed("shop", tip);
  });
});
