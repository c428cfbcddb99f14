import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { canonicalJson, ManifestRefused, parseJson, parseYaml } from "@evenkeel/resource";
import type { Dialect, Json } from "@evenkeel/resource";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { toolForTests } from "./testing/programs.ts";

// Pieces of which plain scalars are put together; with these readers of YAML differ.
const PIECES =
  "0 1 7 8 9 00 0x 0X 0o 0O 0b 0B F e E + - . _ 12 2026 -01 T t : 00:00 Z +02:00 ~ null true yes no on y n inf nan .inf = a x 1e3 60".split(
    " ",
  );
const COUNT = 800;

/** The same scalars each time: a linear congruential generator, and no scalar that is more than a plain one. */
const scalars = (): readonly string[] => {
  let state = 20261122;
  const below = (count: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor(((state >>> 8) / 0x1000000) * count);
  };
  const found = new Set<string>();
  while (found.size < COUNT) {
    const text = Array.from({ length: 1 + below(4) }, () => PIECES[below(PIECES.length)]).join("");
    if (!/^[-?:]$|^[=]|:$/.test(text)) found.add(text);
  }
  return [...found];
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const members = (value: Json): { readonly [key: string]: Json } => value as { readonly [key: string]: Json };

/** Our reading, or undefined for a scalar that we refuse. */
const ours = (scalar: string, dialect: Dialect): Json | undefined => {
  try {
    return members(parseYaml(bytes(`v: ${scalar}\n`), { file: "a", dialect }).documents[0]!.value)["v"];
  } catch (error) {
    if (error instanceof ManifestRefused) return undefined;
    throw error;
  }
};

let folder: string;
let kustomize: string;
let helm: string;
beforeAll(async () => {
  [kustomize, helm] = (await Promise.all([toolForTests("kustomize"), toolForTests("helm")]).then((all) =>
    all.map(({ path }) => path),
  )) as [string, string];
  folder = mkdtempSync(join(tmpdir(), "evenkeel-dialects-"));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

const run = (program: string, ...args: string[]): Buffer => {
  const { status, stdout, stderr } = spawnSync(program, args, { maxBuffer: 1e9 });
  if (status !== 0) throw new Error(stderr.toString());
  return stdout;
};

describe("generated scalars, read by the programs themselves", () => {
  it("mean in the dialect kustomize what kustomize makes of them", () => {
    const taken = scalars().filter((scalar) => ours(scalar, "kustomize") !== undefined);
    const object = (scalar: string, index: number): string =>
      `apiVersion: v1\nkind: X\nmetadata: {name: "o${index}"}\nv: ${scalar}\n`;
    writeFileSync(join(folder, "kustomization.yaml"), "resources: [a.yaml]\n");
    writeFileSync(join(folder, "a.yaml"), taken.map(object).join("---\n"));
    const built = parseYaml(run(kustomize, "build", folder), { file: "built", dialect: "api" }).documents;
    const theirs = new Map(
      built.map(({ value }) => [members(members(value)["metadata"]!)["name"], members(value)["v"]]),
    );
    expect(taken.length).toBeGreaterThan(COUNT * 0.9);
    expect(taken.map((scalar, index) => [scalar, canonicalJson(theirs.get(`o${index}`) ?? null)])).toEqual(
      taken.map((scalar) => [scalar, canonicalJson(ours(scalar, "kustomize")!)]),
    );
  });

  it("mean in the dialect api what helm makes of them", () => {
    const taken = scalars().filter((scalar) => ours(scalar, "api") !== undefined);
    mkdirSync(join(folder, "templates"));
    writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: a\nversion: 1.0.0\n");
    writeFileSync(join(folder, "values.yaml"), `v:\n${taken.map((scalar) => `- ${scalar}\n`).join("")}`);
    writeFileSync(join(folder, "templates/a.yaml"), "v: {{ toJson .Values.v | b64enc }}");
    const output = /^v: (\S+)$/m.exec(run(helm, "template", "x", folder).toString())![1]!;
    const theirs = parseJson(Buffer.from(output, "base64").toString()) as readonly Json[];
    const same = (value: Json): string => (typeof value === "number" ? String(value) : canonicalJson(value));
    expect(taken.map((scalar, index) => [scalar, same(theirs[index]!)])).toEqual(
      taken.map((scalar) => [scalar, same(ours(scalar, "api")!)]),
    );
  });
});
