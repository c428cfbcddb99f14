import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openRenderHost } from "./index.ts";
import type { Tool } from "./index.ts";
import { hostedTrees } from "./testing/hosted-trees.ts";
import type { Files, HostedTrees } from "./testing/hosted-trees.ts";
import { toolForTests } from "./testing/programs.ts";

let trees: HostedTrees;
let kustomize: Tool;
beforeAll(async () => {
  kustomize = await toolForTests("kustomize");
  trees = await hostedTrees({ tools: { kustomize } });
}, 300_000);
afterAll(() => trees[Symbol.asyncDispose]());

const configMap = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  k: x\n`;
const kustomization = (text: string, more: Files = {}): Files => ({ "app/kustomization.yaml": text, ...more });

/** A time to sleep that no other process of this machine sleeps. */
const ENDLESS = `99${process.pid}`;

/** The processes with this argument. */
const running = (argument: string): readonly string[] =>
  readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(argument);
    } catch {
      return false; // ended while it was looked at
    }
  });

/** Objects like the definitions that operators have: 130 kB each. */
const largeObjects = (count: number): Files => {
  const field = (at: number): string =>
    `    field${at}:\n      type: object\n      description: ${"word ".repeat(8)}\n      properties:\n        a: {type: string}\n`;
  const fields = Array.from({ length: 900 }, (_unused, at) => field(at)).join("");
  const one = (at: number): string =>
    `apiVersion: x.dev/v1\nkind: Large\nmetadata: {name: a${at}}\nspec:\n  properties:\n${fields}---\n`;
  const text = Array.from({ length: count }, (_unused, at) => one(at)).join("");
  return kustomization("namespace: argocd\nresources: [a.yaml]\n", { "app/a.yaml": text });
};

describe("the memory of a program", () => {
  it("is enough for two megabytes of objects", async () => {
    expect(await trees.build(largeObjects(18))).toMatchObject({ outcome: "rendered" });
  });

  it("has a limit, which is told with a remedy and without a stack", async () => {
    await using small = await openRenderHost({
      tools: { kustomize },
      limits: { memoryBytes: 160 * 1024 * 1024 },
      buildHere: false,
    });
    const result = await trees.build(largeObjects(20), { host: small });
    expect(result).toMatchObject({
      code: "LimitExceeded",
      transient: false,
      message:
        "app: kustomize needs more than the 160 MiB of memory that one render may take; split the application into several, or render it in CI and commit the result",
    });
  });
});

describe("running a program", () => {
  it("ends a program that runs too long, with what it started, and takes no time as an answer", async () => {
    const folder = mkdtempSync(join(tmpdir(), "evenkeel-slow-"));
    const path = join(folder, "slow");
    // It ends only if it is ended, and so does what it started.
    writeFileSync(path, `#!/bin/sh\n/bin/sleep ${ENDLESS} &\n/bin/sleep ${ENDLESS}\n`, { mode: 0o755 });
    await using slow = await openRenderHost({
      tools: { kustomize: { ...kustomize, path } },
      limits: { wallMs: 300 },
      buildHere: false,
    });
    const files = kustomization("resources: [a.yaml]\n", { "app/a.yaml": configMap("slow") });
    expect(await trees.build(files, { host: slow })).toMatchObject({ code: "RenderTimeout", transient: true });
    const signal = AbortSignal.timeout(300);
    await expect(trees.build(files, { host: slow, signal })).rejects.toThrow("timeout");
    while (running(ENDLESS).length > 0) await nextTurn();
    rmSync(folder, { recursive: true });
  });

  it.each([
    [
      "writes 100 MB on stderr",
      "i=0; while [ $i -lt 200 ]; do i=$((i+1)); /usr/bin/head -c 500000 /dev/zero >&2; done",
      { outcome: "empty" },
    ],
    ["writes more than its limit", "/usr/bin/head -c 3000000 /dev/zero", { code: "LimitExceeded" }],
    [
      "fails after output",
      "echo 'kind: X'; exit 3",
      { code: "RenderFailed", problem: expect.stringContaining("exit status 3") },
    ],
    [
      "finds no room",
      "echo 'write x: no space left on device' >&2; exit 1",
      { code: "ResourceExhausted", transient: true },
    ],
    [
      "crashes",
      "printf 'panic: index out of range [1]\\n\\ngoroutine 1 [running]:\\nmain.main()\\n\\tmain.go:7\\n' >&2; exit 2",
      { code: "RenderFailed", problem: expect.stringMatching(/: panic: index out of range \[1\]$/) },
    ],
    [
      "gets no thread",
      "echo 'runtime/cgo: pthread_create failed: Resource temporarily unavailable' >&2; kill -ABRT $$",
      {
        code: "LimitExceeded",
        transient: false,
        problem: "kustomize needs more threads or memory than one render may take",
      },
    ],
    ["is no program", "exec /no/such/program", { code: "ResourceExhausted", transient: true }],
    [
      "says what looks like our own log",
      'printf \'{"level":"error"}\\033[2J\\n\' >&2; exit 1',
      { message: expect.stringContaining('{"level":"error"}\\u001b[2J') },
    ],
    [
      "shows its environment",
      "/usr/bin/env | /usr/bin/cut -d= -f1 | /usr/bin/sort | /usr/bin/tr '\\n' ' ' >&2; exit 1",
      {
        problem: expect.stringMatching(
          /: GIT_ALLOW_PROTOCOL GODEBUG GOGC GOMEMLIMIT HELM_\S+ HELM_\S+ HELM_\S+ HELM_\S+ HOME KUBECONFIG LANG PATH (PWD )?TMPDIR TZ XDG_\S+ XDG_\S+ XDG_\S+ (_ )?$/,
        ),
      },
    ],
  ])("judges a program that %s", async (name, script, expected) => {
    const folder = mkdtempSync(join(tmpdir(), "evenkeel-odd-"));
    const path = join(folder, "odd");
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await using odd = await openRenderHost({
      tools: { kustomize: { ...kustomize, path } },
      limits: { outputBytes: 2_000_000 },
      buildHere: false,
    });
    const files = kustomization("resources: [a.yaml]\n", { "app/a.yaml": configMap(`odd-${name.length}`) });
    expect(await trees.build(files, { host: odd })).toMatchObject(expected);
    rmSync(folder, { recursive: true });
  });
});
