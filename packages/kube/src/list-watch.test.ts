import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import type { ApiResource } from "./discovery-document.ts";
import { listWatch } from "./list-watch.ts";
import type { WatchHandler } from "./list-watch.ts";
import type { KubeRequest, KubeResponse, KubeStream, KubeTransport } from "./transport.ts";

const configMaps: ApiResource = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  namespaced: true,
  verbs: new Set(["list", "watch"]),
  subresources: new Set(),
};

type Answer = { readonly status: number; readonly body: unknown } | { readonly lines: readonly unknown[] };

const status = (code: number, reason: string): Answer => ({
  status: code,
  body: { kind: "Status", status: "Failure", code, reason, message: reason },
});
const item = (name: string, version = "1") => ({
  metadata: { name, namespace: "n", uid: name, resourceVersion: version },
});
const list = (names: readonly string[], version: string, more = ""): Answer => ({
  status: 200,
  body: {
    apiVersion: "v1",
    kind: "ConfigMapList",
    metadata: { resourceVersion: version, continue: more },
    items: names.map((n) => item(n)),
  },
});
const event = (type: string, name: string, version: string) => ({
  type,
  object: { apiVersion: "v1", kind: "ConfigMap", ...item(name, version) },
});
const bookmark = (version: string) => ({
  type: "BOOKMARK",
  object: { apiVersion: "v1", kind: "ConfigMap", metadata: { resourceVersion: version } },
});
const errorEvent = (code: number) => ({
  type: "ERROR",
  object: { kind: "Status", status: "Failure", code, reason: "x" },
});

/** Plays a script of answers, of which each watch lasts so long; when it is at its end, the run is over. */
const play = async (script: readonly Answer[], lastsMs = 0) => {
  let now = 0;
  const seen: string[] = [];
  const asked: string[] = [];
  const over = new AbortController();
  const rest = [...script];
  const next = (request: KubeRequest): Answer => {
    const query = new URL(request.path, "https://x").searchParams;
    asked.push(
      `${query.has("watch") ? "watch" : "list"} ${query.get("resourceVersion") ?? query.get("continue") ?? ""}`.trim(),
    );
    const answer = rest.shift();
    if (answer !== undefined) return answer;
    over.abort();
    throw over.signal.reason;
  };
  const transport: KubeTransport = {
    request: async (request): Promise<KubeResponse> => {
      const answer = next(request);
      if (!("status" in answer)) throw new Error("the script has a watch where a list was asked for");
      return { status: answer.status, headers: {}, body: Buffer.from(JSON.stringify(answer.body)) };
    },
    stream: async (request): Promise<KubeStream> => {
      const answer = next(request);
      if ("status" in answer) {
        const { classifyResponse } = await import("./classify-response.ts");
        const { ApiError } = await import("./api-error.ts");
        const response = { status: answer.status, headers: {}, body: Buffer.from(JSON.stringify(answer.body)) };
        throw new ApiError("watch", classifyResponse("GET", response)!);
      }
      return {
        headers: {},
        async *[Symbol.asyncIterator]() {
          now += lastsMs;
          for (const line of answer.lines) yield Buffer.from(typeof line === "string" ? line : JSON.stringify(line));
        },
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  const handler: WatchHandler = {
    onObject: (type, object: KubeObject) => {
      if (object.metadata.name === "throws") throw new Error("handler");
      seen.push(`${type} ${object.metadata.name}`);
    },
    onGone: (gone) => void seen.push(`gone ${gone.name}`),
    onListed: (version) => void seen.push(`listed ${version}`),
    onState: (state, error) => {
      if (error !== undefined) seen.push(`${state} ${error.errorClass}`);
    },
    onHandlerError: (gone) => void seen.push(`handler failed on ${gone.name}`),
  };
  const waits: number[] = [];
  const clock = { sleep: async (ms: number) => void waits.push(ms), monotonic: () => now };
  const options = { resource: configMaps, rng: { chance: () => 1 }, clock };
  await listWatch(transport, options, handler, over.signal);
  return { seen, asked, waits };
};

describe("list and watch", () => {
  test.each([
    [
      "follows from the list's version and keeps the version of each event and bookmark",
      [list(["a"], "5"), { lines: [event("MODIFIED", "a", "6"), bookmark("9")] }],
      ["LISTED a", "listed 5", "MODIFIED a"],
      ["list", "watch 5", "watch 9"],
    ],
    [
      "reads all pages before it says listed",
      [list(["a"], "5", "more"), list(["b"], "5")],
      ["LISTED a", "LISTED b", "listed 5"],
      ["list", "list more", "watch 5"],
    ],
    [
      "a list that breaks off yields no object and no deletion",
      [
        list(["a", "b"], "5"),
        { lines: [errorEvent(410)] },
        list(["a"], "7", "more"),
        status(410, "Expired"),
        list(["a"], "8"),
      ],
      ["LISTED a", "LISTED b", "listed 5", "BACKOFF GONE", "gone b", "LISTED a", "listed 8"],
      ["list", "watch 5", "list", "list more", "list", "watch 8"],
    ],
    [
      "a version too old, as a status, leads to a new list without a wait",
      [list(["a"], "5"), status(410, "Expired"), list([], "7")],
      ["LISTED a", "listed 5", "gone a", "listed 7"],
      ["list", "watch 5", "list", "watch 7"],
    ],
    [
      "no right to list waits and never says that anything is gone",
      [list(["a"], "5"), status(403, "Forbidden"), status(403, "Forbidden")],
      ["LISTED a", "listed 5", "FORBIDDEN FORBIDDEN", "FORBIDDEN FORBIDDEN"],
      ["list", "watch 5", "list", "list"],
    ],
    [
      "a bad line ends the watch and goes on from the last version",
      [list([], "5"), { lines: [event("ADDED", "a", "6"), "not json", event("ADDED", "b", "7")] }],
      ["listed 5", "ADDED a", "BACKOFF PROTOCOL"],
      ["list", "watch 5", "watch 6"],
    ],
    [
      "a handler that throws marks its object, not the watch",
      [list([], "5"), { lines: [event("ADDED", "throws", "6"), event("ADDED", "b", "7")] }],
      ["listed 5", "handler failed on throws", "ADDED b"],
      ["list", "watch 5", "watch 7"],
    ],
    [
      "a kind that is no longer served is listed again after a wait",
      [list([], "5"), { status: 404, body: "404 page not found" }],
      ["listed 5", "BACKOFF KIND_UNKNOWN"],
      ["list", "watch 5", "list"],
    ],
    [
      "leaving the selection is gone, coming back is added",
      [list(["a"], "5"), { lines: [event("DELETED", "a", "6"), event("ADDED", "a", "7")] }],
      ["LISTED a", "listed 5", "gone a", "ADDED a"],
      ["list", "watch 5", "watch 7"],
    ],
  ] as const)("%s", async (_title, script, seen, asked) => {
    const result = await play(script);
    expect(result.seen).toEqual(seen);
    expect(result.asked).toEqual(asked);
  });

  test.each([
    [
      "that lasted its time is followed by a new list, for what it never told",
      30 * 60_000,
      ["list", "watch 5", "list", "watch 8"],
    ],
    ["that ended before it goes on from where it was", 60_000, ["list", "watch 5", "watch 9", "watch"]],
  ])("a watch %s", async (_title, lastsMs, asked) => {
    const watched: Answer = { lines: [bookmark("9")] };
    const script =
      lastsMs > 60_000
        ? [list(["a", "b"], "5"), watched, list(["a"], "8")]
        : [list(["a"], "5"), watched, { lines: [bookmark("")] }];
    const result = await play(script, lastsMs);
    expect(result.asked).toEqual(asked);
    expect(result.seen.includes("gone b")).toBe(lastsMs > 60_000);
  });

  test("one that lasted without a word is no trouble", async () => {
    const { seen } = await play([list([], "5"), { lines: [] }, list([], "6")], 30 * 60_000);
    expect(seen).toEqual(["listed 5", "listed 6"]);
  });

  test("waits longer after each failure, and at least what the server asks for", async () => {
    const failure = status(500, "InternalError");
    const { waits } = await play([failure, failure, failure, failure]);
    expect(waits).toEqual([500, 1000, 2000, 4000]);
  });

  test("a server that closes at once is not asked in a loop", async () => {
    const { waits } = await play([list([], "5"), { lines: [] }, { lines: [] }]);
    expect(waits).toHaveLength(2);
  });
});
