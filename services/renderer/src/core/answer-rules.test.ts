import { describe, expect, it } from "vitest";

import { closureOfRender } from "./closure-of-render.ts";
import { digestTools } from "./digest-tools.ts";
import { decideRefusal } from "./decide-refusal.ts";
import { desiredOf, failureOf, waitingOf } from "./make-answer.ts";
import { openTools } from "./open-tools.ts";
import { parseTree } from "./plan/parse-tree.ts";
import { requested, version } from "./decisions.fixture.ts";

describe("decideRefusal", () => {
  const cases: readonly [string, string, boolean, number, object][] = [
    ["tells what the input is to blame for at once", "YamlRefused", false, 1, { kind: "tell" }],
    ["waits for an object however often", "ObjectCorrupt", true, 50, { kind: "wait", ms: 30_000 }],
    ["tries again what ran out of time", "RenderTimeout", true, 1, { kind: "wait", ms: 1_000 }],
    ["waits longer the second time", "ResourceExhausted", true, 2, { kind: "wait", ms: 2_000 }],
    ["tells a timeout after three tries", "RenderTimeout", true, 3, { kind: "tell" }],
    ["tells what the input is to blame for, whatever its code", "ObjectCorrupt", false, 1, { kind: "tell" }],
    [
      "waits for an object at first no longer than for a machine",
      "ObjectCorrupt",
      true,
      1,
      { kind: "wait", ms: 1_000 },
    ],
  ];
  it.each(cases)("%s", (_title, code, transient, attempt, expected) => {
    expect(decideRefusal({ code, transient }, attempt)).toEqual(expected);
  });
});

describe("closureOfRender", () => {
  it("counts an opened directory with all below it, the root with its own entries alone", () => {
    const opened = [
      ["base", "1"],
      [".", "2"],
      ["apps/a", "3"],
    ] as const;
    expect(closureOfRender(opened)).toEqual({ files: [], directories: [""], trees: ["apps/a", "base"] });
  });
  it("counts the root only where it was opened, and nothing where nothing was", () => {
    expect(closureOfRender([["base", "1"]])).toEqual({ files: [], directories: [], trees: ["base"] });
    expect(closureOfRender([])).toEqual({ files: [], directories: [], trees: [] });
  });
});

describe("an answer", () => {
  const request = requested(version(1n, 2n));
  const set = { digest: "sha256:a", objectCount: 4, empty: false, warnings: [] };
  const now = new Date(0);

  it("has the same message id for the same content, whenever it was made", () => {
    const cause = (at: Date, digest = "sha256:a"): string => desiredOf(request, "p", { ...set, digest }, at).cause;
    expect(cause(now)).toBe(cause(new Date(5_000)));
    expect(cause(now)).not.toBe(cause(now, "sha256:b"));
  });
  it("of a removed unit is a tombstone: no digest, and not the proof of an empty set", () => {
    const tombstone = desiredOf({ ...request, removed: true }, "", undefined, now);
    expect(tombstone).toMatchObject({ removed: true, digest: "", empty: false, objectCount: 0 });
  });
  it("of an empty set proves that it is empty, and is another one than that of a removal", () => {
    const empty = desiredOf(request, "p", { ...set, digest: "", objectCount: 0, empty: true }, now);
    expect(empty).toMatchObject({ removed: false, digest: "", empty: true });
    expect(empty.cause).not.toBe(desiredOf({ ...request, removed: true }, "p", undefined, now).cause);
  });
  it("is no repeat of one that was made of another commit or another declaration, though nothing of its content differs", () => {
    const cause = (change: Partial<typeof request>): string =>
      desiredOf({ ...request, ...change }, "p", set, now).cause;
    const causes = [{}, { revision: "other" }, { declarationsDigest: "other" }, { version: version(1n, 3n) }].map(
      cause,
    );
    expect(new Set([...causes, cause({ version: undefined })]).size).toBe(5);
  });
  it("that waits is told once for one reason, and again for another", () => {
    const reason = { code: "Pending", message: "a place", remedy: "nothing" };
    const first = waitingOf(request, reason, now);
    expect(waitingOf(request, reason, new Date(5_000)).cause).toBe(first.cause);
    expect(waitingOf(request, { ...reason, message: "a tool" }, now).cause).not.toBe(first.cause);
    expect(first).toMatchObject({ unit: request.unit, version: request.version, reason });
  });
  it("keeps within one message whatever a tool wrote", () => {
    const reason = { code: "RenderFailed", message: "x".repeat(100_000), remedy: "y" };
    expect(failureOf(request, reason, now).reason?.message.length).toBe(8_000);
    const warnings = Array.from({ length: 500 }, () => "w".repeat(5_000));
    expect(JSON.stringify(desiredOf(request, "p", { ...set, warnings }, now).warnings).length).toBeLessThan(12_000);
  });
});

describe("parseTree", () => {
  const entry = (mode: string, name: string | Buffer, fill: number): Buffer =>
    Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.from([0]), Buffer.alloc(20, fill)]);

  it("reads files, directories, links and submodules", () => {
    const body = Buffer.concat([
      entry("100644", "a b", 1),
      entry("40000", "dir", 2),
      entry("120000", "l", 3),
      entry("160000", "m", 4),
    ]);
    expect(parseTree(body, 20).map(({ mode, type, name }) => [mode, type, name])).toEqual([
      ["100644", "blob", "a b"],
      ["40000", "tree", "dir"],
      ["120000", "blob", "l"],
      ["160000", "commit", "m"],
    ]);
    expect(parseTree(body, 20)[1]?.oid).toBe("02".repeat(20));
  });
  it("keeps a name that is no UTF-8 as bytes", () => {
    expect(parseTree(entry("100644", Buffer.from([0xff, 0x61]), 1), 20)[0]?.name).toEqual(Buffer.from([0xff, 0x61]));
  });
  it("refuses a cut one", () => {
    expect(() => parseTree(entry("100644", "a", 1).subarray(0, 12), 20)).toThrow("is cut at byte 0");
  });
});

describe("digestTools", () => {
  const tool = { name: "kustomize", path: "/a", version: "5.8.1", digest: "sha256:1" } as const;
  it("changes with a single bit of a binary and not with its path", () => {
    expect(digestTools({ kustomize: tool })).toBe(digestTools({ kustomize: { ...tool, path: "/b" } }));
    expect(digestTools({ kustomize: tool })).not.toBe(digestTools({ kustomize: { ...tool, digest: "sha256:2" } }));
    expect(digestTools({ kustomize: tool })).not.toBe(digestTools({}));
  });
  it("does not change with the order in which the tools are found", () => {
    const helm = { ...tool, name: "helm", version: "4.0.0" } as const;
    expect(digestTools({ kustomize: tool, helm })).toBe(digestTools({ helm, kustomize: tool }));
    expect(digestTools({ kustomize: tool, helm })).not.toBe(digestTools({ kustomize: tool }));
  });
});

it("where nothing keeps the tools off the network, that is said first, with all that was tried", () => {
  const words = openTools(["unshare: EPERM", "perl: not found"]);
  expect(words).toMatch(/^NOTHING KEEPS kustomize AND helm OFF THE NETWORK: /);
  expect(words).toContain("Tried: unshare: EPERM; perl: not found.");
});
