import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openRenderHost, render } from "./index.ts";
import type { RenderHost, RenderRequest, RenderResult } from "./index.ts";
import { gitTrees } from "./testing/git-tree.ts";
import type { Content, GitTrees } from "./testing/git-tree.ts";

const configMap = (name: string, data = "x"): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  k: ${data}\n`;

let git: GitTrees;
let host: RenderHost;
beforeAll(async () => {
  git = gitTrees();
  host = await openRenderHost({ tools: {} });
});
afterAll(async () => {
  git[Symbol.dispose]();
  await host[Symbol.asyncDispose]();
});

const plain = (
  files: { readonly [path: string]: Content },
  spec: Partial<RenderRequest["spec"]> = {},
  path = "app",
): Promise<RenderResult> =>
  render(
    { tree: git.write(files), path, spec: { kind: "plain", ...spec } },
    git.source,
    host,
    new AbortController().signal,
  );

/** What differs between two answers of one content. */
const unlike = { durationMs: expect.any(Number), opened: expect.any(Array) };

describe("remembering renders", () => {
  const render2 = async (one: { [path: string]: Content }, other: { [path: string]: Content }, path = "app") => {
    const first = await plain(one);
    const tree = git.write(other);
    git.reads.length = 0;
    const second = await render({ tree, path, spec: { kind: "plain" } }, git.source, host, AbortSignal.timeout(10_000));
    return { first, second, reads: git.reads.length };
  };

  it("answers a commit that changes nothing here after reading one tree", async () => {
    const files = { "app/a.yaml": configMap("m1"), "app/sub/b.yaml": configMap("m2", "yes") };
    const { first, second, reads } = await render2(files, { ...files, "other/x.yaml": configMap("x") });
    expect(second).toEqual({ ...first, cache: "hit", ...unlike });
    expect(reads).toBe(1);
  });

  it("hits by content when only other files of the directory change", async () => {
    const files = { "app/a.yaml": configMap("m3") };
    const { first, second } = await render2(files, { ...files, "app/README.md": "new" });
    expect(second).toEqual({ ...first, cache: "hit", ...unlike });
  });

  it("hits for the same files at another path, with the places there", async () => {
    const { first, second } = await render2(
      { "app/a.yaml": configMap("m4") },
      { "moved/a.yaml": configMap("m4") },
      "moved",
    );
    expect(second).toMatchObject({ cache: "hit", objects: [{ origin: { file: "moved/a.yaml" } }] });
    expect(first).toMatchObject({ digest: (second as { digest: string }).digest });
  });

  it("keeps a refusal, and gives it up with the next change", async () => {
    const { second } = await render2({ "app/a.yaml": "a: b" }, { "app/a.yaml": "a: b", other: "x" });
    expect(second).toMatchObject({ outcome: "refused", code: "ObjectInvalid", cache: "hit" });
    const gone = await render2({ "b/a.yaml": "" }, { "b/a.yaml": "", "app/a.yaml": configMap("m5") });
    expect([gone.first.outcome, gone.second.outcome]).toEqual(["refused", "rendered"]);
  });

  it("renders again when what was stored is damaged or lost", async () => {
    const bodies = new Map<string, Uint8Array>();
    const reaches: string[] = [];
    const cache = {
      get: async (key: string) => bodies.get(key),
      put: async (key: string, body: Uint8Array, reach: string) => {
        bodies.set(key, body);
        reaches.push(`${key.split(".")[0]} ${reach}`);
      },
    };
    await using own = await openRenderHost({ tools: {}, cache });
    const request: RenderRequest = {
      tree: git.write({ "app/a.yaml": configMap("m6") }),
      path: "app",
      spec: { kind: "plain" },
    };
    const again = () => render(request, git.source, own, AbortSignal.timeout(10_000));
    const first = await again();
    // Only the set is worth carrying: reading the manifests again takes less than fetching the rest.
    expect(reaches).toEqual(["set far", "render near", "closure near"]);
    for (const kind of ["set", "render"]) {
      const [key, body] = [...bodies].find(([name]) => name.startsWith(kind))!;
      for (const bad of [
        undefined,
        new Uint8Array(),
        new TextEncoder().encode(new TextDecoder().decode(body).replace(/m6|a\.yaml/, "b")),
      ]) {
        if (bad === undefined) bodies.delete(key);
        else bodies.set(key, bad);
        expect(await again()).toEqual({ ...first, cache: "miss", ...unlike });
      }
    }
    expect(await again()).toEqual({ ...first, cache: "hit", ...unlike });
  });

  it("renders once for all who ask at the same time", async () => {
    const tree = git.write({ "app/a.yaml": configMap("m8") });
    const ask = () =>
      render({ tree, path: "app", spec: { kind: "plain" } }, git.source, host, AbortSignal.timeout(10_000));
    const results = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(results.map((result) => JSON.stringify({ ...result, durationMs: 0, cache: "" }))).size).toBe(1);
    expect(host.underWay.size).toBe(0);
  });
});
