import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { chanceOf } from "@evenkeel/fuzz";
import type { Chance } from "@evenkeel/fuzz";
import { ManifestRefused, parseManifests, toCanonical } from "@evenkeel/resource";
import { temporaryFolder } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

import { toolForTests } from "../testing/programs.ts";
import { randomScalars, STYLES } from "../testing/random-scalars.ts";

const KEPT_SEED = 20_261_130;
const EACH = 1_000;
const BATCH = 50;

/** A value of a ConfigMap: one scalar in some style, or a document with anchors, aliases, merges, tags and nested maps. */
const valueOf = (chance: Chance, scalars: readonly string[]): string => {
  const short = (): string =>
    chance.pick([
      "a",
      "0644",
      "yes",
      "~",
      "1e3",
      "0x1F",
      "'x'",
      "2026-01-01",
      "1_000",
      "null",
      '"\\u00e9"',
      "[a, {b: 1}]",
      "!!str 5",
      "!!int 7",
      ".5",
      "-0",
      "9007199254740993",
    ]);
  switch (chance.below(5)) {
    case 0:
      return `\n    a: &m {p: ${short()}, q: ${short()}}\n    b:\n      <<: *m\n      q: ${short()}\n    c: *m`;
    case 1:
      return `\n    a: &s ${short()}\n    b: [*s, ${short()}]\n    "c d": ${short()}`;
    default:
      return ` ${chance.pick(scalars)}`;
  }
};
const objectsBy = (seed: number, from: number): readonly string[] => {
  const chance = chanceOf(seed);
  const scalars = STYLES.flatMap((style) => randomScalars(style, seed, 60));
  return Array.from(
    { length: EACH },
    (_, n) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c${from + n}\nx:\n  v:${valueOf(chance, scalars)}\n`,
  );
};

interface Read {
  readonly all: readonly string[];
  /** Readers may differ about it, or the program writes it anew as something else: such a file is never built here. */
  readonly odd: boolean;
}

/** What we read, as canonical JSON; undefined where we refuse it. */
const read = (bytes: Uint8Array, dialect: "api" | "kustomize"): Read | undefined => {
  try {
    const { objects, odd } = parseManifests(bytes, { file: "a.yaml", dialect });
    return { all: objects.map(({ object }) => toCanonical(object).json), odd };
  } catch (error) {
    if (error instanceof ManifestRefused) return undefined;
    throw error;
  }
};

describe("what we read of YAML", () => {
  it("is what kustomize reads, or is refused", { timeout: 300_000 }, async () => {
    const kustomize = (await toolForTests("kustomize")).path;
    await using folder = await temporaryFolder();
    const seed = Number(process.env["EVENKEEL_SEED"] ?? randomInt(1, 2 ** 31));
    const texts = [...objectsBy(KEPT_SEED, 0), ...objectsBy(seed, EACH)];
    const taken = texts.flatMap((text) => {
      const { all = [], odd = false } = read(Buffer.from(text, "utf8"), "kustomize") ?? {};
      const [json, ...more] = all;
      return json === undefined || more.length > 0 ? [] : [{ text, json, odd }];
    });
    let [runs, refusedByIt] = [0, 0];
    let oddAndDifferent = 0;
    const different: string[] = [];
    /** One run of the program for many; where it fails, it is run for each half. */
    const compare = (some: typeof taken): void => {
      const root = join(folder.path, `run-${runs}`);
      runs += 1;
      mkdirSync(root);
      for (const [n, { text }] of some.entries()) writeFileSync(join(root, `${n}.yaml`), text);
      writeFileSync(join(root, "kustomization.yaml"), `resources: [${some.map((_, n) => `${n}.yaml`).join(", ")}]\n`);
      const { status, stdout } = spawnSync(kustomize, ["build", root]);
      const made = status === 0 ? read(stdout, "api") : undefined;
      if (made !== undefined) {
        const all = new Set(made.all);
        const others = some.filter(({ json }) => !all.has(json));
        oddAndDifferent += others.filter(({ odd }) => odd).length;
        different.push(...others.filter(({ odd }) => !odd).map(({ text, json }) => `${text}\nwe read ${json}`));
      } else if (some.length === 1) refusedByIt += 1;
      else for (const half of [some.slice(0, some.length / 2), some.slice(some.length / 2)]) compare(half);
    };
    for (let at = 0; at < taken.length; at += BATCH) compare(taken.slice(at, at + BATCH));
    const odd = taken.filter((one) => one.odd).length;
    process.stderr.write(
      [
        `kustomize: ${texts.length} texts (seed ${seed}), in ${runs} runs:`,
        `${taken.length - refusedByIt - different.length - oddAndDifferent} read alike,`,
        `${different.length} otherwise,`,
        `${oddAndDifferent} of the ${odd} that are left to the program written by it as something else,`,
        `${texts.length - taken.length} refused here,`,
        `${refusedByIt} taken here and refused there\n`,
      ].join(" "),
    );
    expect(different).toEqual([]);
    expect(taken.length).toBeGreaterThan(texts.length / 2);
    // What we take and it refuses costs a render, never a value; it should be rare.
    expect(refusedByIt).toBeLessThan(texts.length / 20);
  });
});
