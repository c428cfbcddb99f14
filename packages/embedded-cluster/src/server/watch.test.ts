import { describe, expect, it } from "vitest";

import { createManualClock } from "../faults/manual-clock.ts";
import { type Asker, CONFIG_MAPS, MERGE, asker, configMap } from "./testing/ask.ts";

interface Seen {
  readonly type: string;
  readonly name: string;
}

const linesOf = async (answer: { readonly lines: AsyncIterable<string> }): Promise<readonly string[]> => {
  const lines: string[] = [];
  for await (const line of answer.lines) lines.push(line);
  return lines;
};

/** The events of a watch until it is closed. */
const eventsOf = async (client: Asker, path: string, act: () => Promise<void>): Promise<readonly Seen[]> => {
  const closing = new AbortController();
  const answer = await client.raw("GET", path, undefined, {}, closing.signal);
  if (answer.kind !== "stream") throw new Error(answer.body);
  await act();
  closing.abort();
  const seen: Seen[] = [];
  for await (const line of answer.lines) {
    const { object, type } = JSON.parse(line) as {
      type: string;
      object: { metadata: { name?: string }; message?: string };
    };
    seen.push({ type, name: object.metadata.name ?? object.message ?? "" });
  }
  return seen;
};

const versionNow = (client: Asker): number => client.cluster.store.revision();

describe("a watch", () => {
  it("goes on from a version without a gap", async () => {
    const client = asker();
    const from = versionNow(client);
    await client.ask("POST", CONFIG_MAPS, configMap("a"));
    const seen = await eventsOf(client, `${CONFIG_MAPS}?watch=1&resourceVersion=${from}`, async () => {
      await client.ask("PATCH", `${CONFIG_MAPS}/a`, { data: { a: "2" } }, MERGE);
      await client.ask("DELETE", `${CONFIG_MAPS}/a`);
    });
    expect(seen.map(({ type }) => type)).toEqual(["ADDED", "MODIFIED", "DELETED"]);
  });

  it("shows entering and leaving a selection as ADDED and DELETED", async () => {
    const client = asker();
    await client.ask("POST", CONFIG_MAPS, configMap("a"));
    const path = `${CONFIG_MAPS}?watch=1&labelSelector=x%3D1&resourceVersion=${versionNow(client)}`;
    const seen = await eventsOf(client, path, async () => {
      await client.ask("PATCH", `${CONFIG_MAPS}/a`, { metadata: { labels: { x: "1" } } }, MERGE);
      await client.ask("PATCH", `${CONFIG_MAPS}/a`, { data: { a: "3" } }, MERGE);
      await client.ask("PATCH", `${CONFIG_MAPS}/a`, { metadata: { labels: { x: "2" } } }, MERGE);
      await client.ask("DELETE", `${CONFIG_MAPS}/a`);
    });
    expect(seen.map(({ type }) => type)).toEqual(["ADDED", "MODIFIED", "DELETED"]);
  });

  it("of one name sees no other", async () => {
    const client = asker();
    const seen = await eventsOf(client, `${CONFIG_MAPS}?watch=1&fieldSelector=metadata.name%3Db`, async () => {
      for (const name of ["a", "b"]) await client.ask("POST", CONFIG_MAPS, configMap(name));
    });
    expect(seen).toEqual([{ type: "ADDED", name: "b" }]);
  });

  it("of all namespaces sees each", async () => {
    const client = asker();
    const seen = await eventsOf(client, "/api/v1/configmaps?watch=1", async () => {
      await client.ask("POST", CONFIG_MAPS, configMap("a"));
      await client.ask("POST", "/api/v1/namespaces/kube-system/configmaps", configMap("b"));
    });
    expect(seen.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("begins with what is there and says when that was all", async () => {
    const client = asker();
    await client.ask("POST", CONFIG_MAPS, configMap("a"));
    const query = "watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
    const seen = await eventsOf(client, `${CONFIG_MAPS}?${query}`, async () => undefined);
    expect(seen.map(({ type }) => type)).toEqual(["ADDED", "BOOKMARK"]);
  });

  it("from a version that is forgotten gets one ERROR with 410", async () => {
    const client = asker();
    await client.ask("POST", CONFIG_MAPS, configMap("a"));
    client.cluster.store.compact();
    const answer = await client.raw("GET", `${CONFIG_MAPS}?watch=1&resourceVersion=1`);
    if (answer.kind !== "stream") throw new Error(answer.body);
    const lines = await linesOf(answer);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
  });

  it("ends after its time, and tells its version now and then", async () => {
    const clock = createManualClock();
    const client = asker({ clock });
    const answer = await client.raw("GET", `${CONFIG_MAPS}?watch=1&allowWatchBookmarks=true&timeoutSeconds=130`);
    if (answer.kind !== "stream") throw new Error(answer.body);
    clock.advance(131_000);
    const types = (await linesOf(answer)).map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(["BOOKMARK", "BOOKMARK"]);
  });

  it("ends with its cluster", async () => {
    const client = asker();
    const answer = await client.raw("GET", `${CONFIG_MAPS}?watch=1`);
    if (answer.kind !== "stream") throw new Error(answer.body);
    await client.cluster[Symbol.asyncDispose]();
    expect(await linesOf(answer)).toEqual([]);
  });
});
