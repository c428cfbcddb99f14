import { canonicalJson } from "@evenkeel/resource";
import { expect, it } from "vitest";

import { turnsDuring } from "../testing/turns-during.ts";
import { parserPool } from "./parser-pool.ts";

const signal = new AbortController().signal;
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const objects = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `apiVersion: v1\nkind: X\nmetadata: {name: x${index}}\nn: 9007199254740993\n---\n`,
  ).join("");
const request = { file: "a.yaml", dialect: "kustomize", strict: false } as const;

it("reads the same in a thread as at once, big integers, warnings and substitutes too", async () => {
  const content = text(`${objects(3)}apiVersion: v1\nkind: X\nmetadata: {name: y}\na: \${A}\nb: yes\n`);
  const ask = { ...request, substitute: { A: "5" } };
  await using threads = parserPool({ threads: 1, smallBytes: 0, deadlineMs: 10_000 });
  await using direct = parserPool({ threads: 1, smallBytes: 1e9, deadlineMs: 10_000 });
  const [one, other] = [await threads.parse(content, ask, signal), await direct.parse(content, ask, signal)];
  expect(one.warnings).toEqual(other.warnings);
  expect(one.objects.map(({ object, origin }) => [canonicalJson(object), origin])).toEqual(
    other.objects.map(({ object, origin }) => [canonicalJson(object), origin]),
  );
  expect(one.objects.length).toBe(4);
});

it("gives a refusal with its place, and goes on", async () => {
  await using pool = parserPool({ threads: 1, smallBytes: 0, deadlineMs: 10_000 });
  await expect(pool.check(text("a: 1\na: 2\n"), request, signal)).rejects.toThrow("a.yaml:2:1: key");
  await expect(pool.check(text("a: 1\n"), request, signal)).resolves.toMatchObject({ warnings: [] });
}, 60_000);

it("leaves this thread free while a large file is read", async () => {
  await using pool = parserPool({ threads: 1, smallBytes: 0, deadlineMs: 30_000 });
  expect(await turnsDuring(() => pool.check(text(objects(20_000)), request, signal))).toBeGreaterThan(10);
}, 60_000);

it("ends a thread that takes too long, and starts another", async () => {
  await using pool = parserPool({ threads: 1, smallBytes: 0, deadlineMs: 300 });
  const large = pool.check(text(objects(110_000)), request, signal);
  const next = pool.check(text("a: 1\n"), request, signal);
  await expect(large).rejects.toMatchObject({ refusal: { code: "RenderTimeout" } });
  await expect(next).resolves.toEqual({ count: 1, warnings: [] });
}, 60_000);
