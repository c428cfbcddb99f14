import { describe, expect, it } from "vitest";

import { type Asker, CONFIG_MAPS, MERGE, asker, configMap } from "./testing/ask.ts";

const withConfigMaps = async (...names: readonly string[]): Promise<Asker> => {
  const client = asker();
  for (const name of names) await client.ask("POST", CONFIG_MAPS, configMap(name, { labels: { l: name } }));
  return client;
};

interface Page {
  readonly names: readonly string[];
  readonly token: string;
  readonly version: string;
  readonly left: number | undefined;
}

const page = async (client: Asker, query: string): Promise<Page> => {
  const { body } = await client.ask("GET", `${CONFIG_MAPS}?${query}`);
  const metadata = body["metadata"] as { continue?: string; resourceVersion: string; remainingItemCount?: number };
  const items = body["items"] as { metadata: { name: string } }[];
  return {
    names: items.map((item) => item.metadata.name),
    token: metadata.continue ?? "",
    version: metadata.resourceVersion,
    left: metadata.remainingItemCount,
  };
};

describe("a list", () => {
  it("comes in pages of one moment, whatever happens meanwhile", async () => {
    const client = await withConfigMaps("a", "b", "c", "d");
    const first = await page(client, "limit=2");
    expect(first).toMatchObject({ names: ["a", "b"], left: 2 });
    await client.ask("DELETE", `${CONFIG_MAPS}/c`);
    await client.ask("POST", CONFIG_MAPS, configMap("bb"));
    const second = await page(client, `limit=2&continue=${first.token}`);
    expect(second).toEqual({ names: ["c", "d"], token: "", version: first.version, left: undefined });
  });

  it("whose token is too old goes on with one that is honest about it", async () => {
    const client = await withConfigMaps("a", "b", "c");
    const first = await page(client, "limit=1");
    await client.ask("DELETE", `${CONFIG_MAPS}/b`);
    client.cluster.store.compact();
    const gone = await client.ask("GET", `${CONFIG_MAPS}?limit=1&continue=${first.token}`);
    expect(gone.status).toBe(410);
    const { continue: fresh } = gone.body["metadata"] as { continue: string };
    expect((await page(client, `limit=1&continue=${fresh}`)).names).toEqual(["c"]);
  });

  it("shows an earlier moment when asked for exactly that", async () => {
    const client = await withConfigMaps("a");
    const { version } = await page(client, "");
    await client.ask("PATCH", `${CONFIG_MAPS}/a`, { data: { a: "2" } }, MERGE);
    await client.ask("POST", CONFIG_MAPS, configMap("b"));
    const then = await client.ask("GET", `${CONFIG_MAPS}?resourceVersion=${version}&resourceVersionMatch=Exact`);
    expect(then.body["items"]).toMatchObject([{ metadata: { name: "a" }, data: { a: "1" } }]);
  });

  it.each([
    ["labelSelector=l%3Da", ["a"]],
    ["labelSelector=l+in+(a,c)", ["a", "c"]],
    ["labelSelector=l!%3Da", ["b", "c"]],
    ["labelSelector=!l", []],
    ["fieldSelector=metadata.name%3Db", ["b"]],
    ["fieldSelector=metadata.name!%3Db,metadata.namespace%3Ddefault", ["a", "c"]],
  ])("selects by %s", async (query, names) => {
    expect((await page(await withConfigMaps("a", "b", "c"), query)).names).toEqual(names);
  });

  it.each([
    ["limit=x", 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
    [
      "continue=nonsense",
      400,
      String.raw`invalid continue token: continue key is not valid: invalid character '\u009e' looking for beginning of value`,
    ],
    ["resourceVersion=999", 504, "Timeout: Too large resource version: 999, current: 5"],
    ["resourceVersionMatch=Exact", 422, "resourceVersionMatch is forbidden unless resourceVersion is provided"],
    ["sendInitialEvents=true", 422, "sendInitialEvents is forbidden for list"],
    ["fieldSelector=foo%3Dbar", 400, '"foo" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    ["labelSelector=a+b+c", 400, 'unable to parse requirement: "a b c"'],
  ])("refuses %s", async (query, status, message) => {
    const answer = await asker().ask("GET", `${CONFIG_MAPS}?${query}`);
    expect(answer.body["message"]).toContain(message);
    expect(answer.status).toBe(status);
  });

  it("of metadata alone carries no data", async () => {
    const client = await withConfigMaps("a");
    const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    const { body } = await client.ask("GET", CONFIG_MAPS, undefined, { accept });
    expect(body["kind"]).toBe("PartialObjectMetadataList");
    expect(body["items"]).toMatchObject([{ kind: "PartialObjectMetadata", metadata: { name: "a" } }]);
    expect(JSON.stringify(body)).not.toContain('"data"');
  });

  it("as a table has a row with name and age for each", async () => {
    const client = await withConfigMaps("a");
    const { body } = await client.ask("GET", CONFIG_MAPS, undefined, {
      accept: "application/json;as=Table;g=meta.k8s.io;v=v1",
    });
    expect(body["rows"]).toMatchObject([{ cells: expect.arrayContaining(["a", expect.stringMatching(/^\d+s$/)]) }]);
  });
});
