import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, copyFile, cp, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { temporaryFolder } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { filesIn, startChains } from "../chain-story.fixture.ts";
import type { ChainStory } from "../chain-story.fixture.ts";
import { openExporter } from "./exporter.ts";
import { rotateChain } from "../rotate-chain.ts";
import { verify } from "./verify-ledger.fixture.ts";

const signal = AbortSignal.timeout(540_000);

/** Two chains of one installation, three segments each or more, exported by their owners. */
const exportTwoChains = async (story: ChainStory): Promise<void> => {
  for (const partition of [0, 1]) {
    const owner = await story.own(partition);
    for (let step = 0; step < 3; step += 1) {
      await story.fill(owner, 0.62);
      expect(await rotateChain(owner, signal)).toBe(true);
    }
  }
};

describe("an export folder of real owners", { timeout: 300_000 }, () => {
  let story: ChainStory;
  let files: readonly string[];
  beforeAll(async () => {
    story = await startChains();
    await exportTwoChains(story);
    files = await filesIn(story.folder);
  }, 180_000);
  afterAll(async () => {
    await story?.[Symbol.asyncDispose]();
  });

  const ofChain = (partition: number): readonly [string, string, string] => {
    const [one = "", two = "", three = ""] = files.filter((file) => file.includes(`/hub.${partition}/`));
    return [one, two, three];
  };
  /** A copy that may be damaged. */
  const copy = async () => {
    const folder = await temporaryFolder();
    await cp(story.folder, folder.path, { recursive: true });
    return folder;
  };

  test("verifies: each chain from its first entry on to where the bus goes on", async () => {
    const { code, out, err } = await verify(story.folder, "-o", "json");
    expect([code, err]).toEqual([0, ""]);
    const { chains, foreign } = JSON.parse(out) as {
      readonly chains: readonly Record<string, unknown>[];
      readonly foreign: readonly string[];
    };
    expect(foreign).toEqual([]);
    for (const partition of [0, 1]) {
      const [next] = await story.entries(partition);
      const wanted = { first: "1", last: String((next?.fact.n ?? 0n) - 1n), lastHash: next?.fact.prevHash };
      expect(chains[partition]).toMatchObject({
        installation: "chains",
        chain: `hub.${partition}`,
        ...wanted,
        findings: [],
      });
    }
    const table = await verify(story.folder);
    expect(table.out).toMatch(/^INSTALLATION  CHAIN  FOLDER .*\nchains +hub\.0 .* True\nchains +hub\.1 .* True\n$/);
    // What came after is not in an export: each chain says what the bus has to go on with, and how far seals prove the files.
    for (const partition of [0, 1]) {
      const [next] = await story.entries(partition);
      expect(table.err).toMatch(
        new RegExp(
          `^chains hub\\.${partition}: the newest entry is ${(next?.fact.n ?? 0n) - 1n}: compare with the bus, which must go on with entry ${next?.fact.n} and prevHash ${next?.fact.prevHash}, or a later file was deleted; (no file is sealed here|sealed here up to entry \\d+), and of what is not the entries are proved and their sequences are not$`,
          "m",
        ),
      );
    }
    // A part of it, too, and files that were all brought together.
    expect(await verify(join(story.folder, dirname(files[0] ?? "")))).toMatchObject({ code: 0 });
    await using flat = await temporaryFolder();
    for (const file of files) await copyFile(join(story.folder, file), join(flat.path, file.split("/").at(-1) ?? ""));
    expect(await verify(flat.path, "-o", "name")).toMatchObject({ code: 0, err: "" });
  });

  const change = async (path: string, by: (text: string) => string): Promise<void> =>
    writeFile(path, by(await readFile(path, "utf8")));
  type Damage = (
    folder: string,
    chain: readonly [string, string, string],
    other: readonly [string, string, string],
  ) => Promise<unknown>;
  test.each<readonly [string, Damage, RegExp]>([
    [
      "a body was altered",
      (f, [, two]) => change(join(f, two), (text) => text.replace('"body":"', '"body":"A')),
      /line 2/,
    ],
    [
      "what people read was altered",
      (f, [, two]) => change(join(f, two), (text) => text.replace("-object-1", "-object-7")),
      /what it tells of entry/,
    ],
    [
      "white space was added",
      (f, [, two]) => change(join(f, two), (text) => text.replace("{", "{ ")),
      /line 1: it says more than a segment does, or in another way/,
    ],
    [
      "a name has another digest",
      (f, [, two]) => rename(join(f, two), join(f, two.replace(/-[0-9a-f]{16}\.jsonl$/, `-${"0".repeat(16)}.jsonl`))),
      /its digest is not the one in its name/,
    ],
    [
      "a line was taken out",
      (f, [, two]) => change(join(f, two), (text) => text.split("\n").toSpliced(3, 1).join("\n")),
      /line 4/,
    ],
    ["a file was cut", async (f, [, two]) => truncate(join(f, two), 5_000), /cut off/],
    ["a file is empty", async (f, [, two]) => truncate(join(f, two), 0), /cut off/],
    [
      "the first file is missing",
      async (f, [one]) => rm(join(f, one)),
      /entr(y 1 is|ies 1 to \d+ are) missing: .* is the first/,
    ],
    [
      "a file in the middle is missing",
      async (f, [, two]) => rm(join(f, two)),
      /entr(y \d+ is|ies \d+ to \d+ are) missing before it/,
    ],
    [
      "every file of a chain is missing",
      async (f, all) => Promise.all(all.map((each) => rm(join(f, each)))),
      /no segment of this chain is here/,
    ],
    [
      "two files have changed their names",
      async (f, [one, two]) => {
        await rename(join(f, one), join(f, `${one}.x`));
        await rename(join(f, two), join(f, one));
        await rename(join(f, `${one}.x`), join(f, two));
      },
      /it holds entries \d+ to \d+, which is not what its name says/,
    ],
    [
      "a file of another chain lies among its files",
      async (f, [one], [, other]) => copyFile(join(f, other), join(f, dirname(one), other.split("/").at(-1) ?? "")),
      /it is of hub\.1, and lies in a folder of hub\.0/,
    ],
    [
      "a folder has the name of another installation",
      async (f, [one]) => rename(join(f, one.split("/")[0] ?? ""), join(f, "other")),
      /it is of installation chains, and lies in a folder of other/,
    ],
    [
      "a folder has the name of another chain",
      async (f, [one]) => rename(join(f, dirname(one)), join(f, dirname(one), "..", "0123456789abcdef")),
      /it is of chain [0-9a-f]{16}, and lies in the folder of 0123456789abcdef/,
    ],
    [
      "a file is a link",
      async (f, [, two]) => {
        await rename(join(f, two), join(f, "elsewhere"));
        await symlink(join(f, "elsewhere"), join(f, two));
      },
      /has the name of a segment and is no file/,
    ],
    [
      "a file is larger than any segment",
      async (f, [, two]) => truncate(join(f, two), 300 * 1024 * 1024),
      /it is larger \(\d+ bytes\) than any segment is/,
    ],
    [
      "a file is of newlines alone",
      async (f, [, two]) => writeFile(join(f, two), Buffer.alloc(120 * 1024 * 1024, "\n")),
      /line 1: not an object of JSON/,
    ],
    [
      "a file is of brackets alone",
      async (f, [, two]) => writeFile(join(f, two), `${"[".repeat(64 * 1024 * 1024)}\n\n`),
      /line 1: not a segment of a ledger/,
    ],
    [
      "a file is of more newlines than a segment has bytes",
      async (f, [, two]) => writeFile(join(f, two), Buffer.alloc(150 * 1024 * 1024, "\n")),
      /it is larger \(\d+ bytes\) than any segment is/,
    ],
    ...(["folder", "pipe"] as const).map((what): readonly [string, Damage, RegExp] => [
      `the newest file is a ${what} of its name`,
      async (f, [, , newest]) => {
        await rm(join(f, newest));
        if (what === "folder") await mkdir(join(f, newest));
        else execFileSync("mkfifo", [join(f, newest)]);
      },
      /it has the name of a segment and is no file: nothing of it was read/,
    ]),
    ...([1, 2] as const).map((up): readonly [string, Damage, RegExp] => [
      `a folder ${up === 1 ? "of a chain" : "of chains"} was moved away and linked back`,
      async (f, [one]) => {
        const folder = up === 1 ? dirname(one) : dirname(dirname(one));
        await rename(join(f, folder), `${f}.away`);
        await symlink(`${f}.away`, join(f, folder));
      },
      /it has the name of a folder of (one chain|chains) and is no folder: nothing of it was read/,
    ]),
    [
      "a folder of chains is a file",
      async (f, [one]) => {
        await rm(join(f, dirname(dirname(one))), { recursive: true });
        await writeFile(join(f, dirname(dirname(one))), "");
      },
      /it has the name of a folder of chains and is no folder/,
    ],
    ["a link lies beside", async (f) => symlink("/nowhere", join(f, "latest")), /latest: it is a link/],
    ...[".bak", "~", ".gz", ".other", ".tmp"].map((suffix): readonly [string, Damage, RegExp] => [
      `the newest file has ${suffix} behind its name`,
      async (f, [, , newest]) => rename(join(f, newest), join(f, `${newest}${suffix}`)),
      /it looks like a segment and does not have the name of one/,
    ]),
    [
      "a file has a twin in upper case",
      async (f, [, two]) => copyFile(join(f, two), join(f, two.replace(".jsonl", ".JSONL"))),
      /it looks like a segment and does not have the name of one/,
    ],
    [
      "a name has a mark that nothing shows",
      async (f, [, , newest]) => rename(join(f, newest), join(f, newest.replace("-", "\u200b-"))),
      /it looks like a segment and does not have the name of one/,
    ],
    ...[
      (name: string) => `${name}.old`,
      (name: string) => name.replace("hub", "Hub"),
      (name: string) => `.${name}`,
    ].map((change_, index): readonly [string, Damage, RegExp] => [
      `a folder of chains has another name (${index + 1})`,
      async (f, [one]) => {
        const folder = dirname(dirname(one));
        await rename(join(f, folder), join(f, dirname(folder), change_("hub.0")));
      },
      /it looks like a folder of chains and does not have the name of one/,
    ]),
    ...[(name: string) => name.toUpperCase(), (name: string) => `${name}.bak`].map(
      (change_, index): readonly [string, Damage, RegExp] => [
        `a folder of one chain has a twin (${index + 1})`,
        async (f, [one]) => {
          const folder = dirname(one);
          await cp(join(f, folder), join(f, dirname(folder), change_(basename(folder))), { recursive: true });
        },
        /it looks like a folder of one chain and does not have the name of one/,
      ],
    ),
    [
      "a folder of one chain has a name of no chain",
      async (f, [one]) => rename(join(f, dirname(one)), join(f, dirname(one), "..", "old")),
      /it lies among the folders of chains and does not have the name of one/,
    ],
    [
      "a folder of chains is empty",
      async (f, [one]) => rm(join(f, dirname(one)), { recursive: true }),
      /no chain is here/,
    ],
    ...(
      [
        ["lines that end as on another system", (text) => text.replaceAll("\n", "\r\n"), /line 1/],
        [
          "a forged entry before the true one",
          (text) => text.replace('"entry":{', '"entry":{"kind":"FORGED"},"entry":{'),
          /line 2: what it tells of entry/,
        ],
        ["a member more", (text) => text.replace('"entry":{', '"by":"mallory","entry":{'), /line 2: what it tells/],
        [
          "a prototype",
          (text) => text.replace('"entry":{', '"__proto__":{"n":"7"},"entry":{'),
          /line 2: what it tells/,
        ],
        ["a mark of its order", (text) => `\ufeff${text}`, /line 1/],
      ] as readonly (readonly [string, (text: string) => string, RegExp])[]
    ).map(([what, by, why]): readonly [string, Damage, RegExp] => [
      `the newest file, which no seal names, has ${what} and a name that is right for it`,
      async (f, [, , newest]) => {
        const text = by(await readFile(join(f, newest), "utf8"));
        const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
        await rm(join(f, newest));
        await writeFile(join(f, newest.replace(/-[0-9a-f]{16}\.jsonl$/, `-${digest}.jsonl`)), text);
      },
      why,
    ]),
    [
      "a file is of something else",
      (f, [, two]) => change(join(f, two), () => "{}\n{}\n"),
      /not a segment of a ledger/,
    ],
  ])("does not where %s, and the other chain is told as whole", async (_title, damage, why) => {
    await using folder = await copy();
    await damage(folder.path, ofChain(0), ofChain(1));
    const { code, out, err } = await verify(folder.path);
    expect(err).toMatch(why);
    expect(code).toBe(1);
    if (!why.source.includes("installation")) expect(out).toMatch(/^chains +hub\.1 .* True$/m);
  });

  test("what only looks like a part verifies again once it has its name back, or is moved out", async () => {
    await using folder = await copy();
    const [, , newest] = ofChain(0);
    const path = join(folder.path, newest);
    await rename(path, `${path}.bak`);
    expect(await verify(folder.path)).toMatchObject({ code: 1, err: /give it its name back, or move it out/ });
    await rename(`${path}.bak`, path);
    expect(await verify(folder.path)).toMatchObject({ code: 0 });
    await copyFile(path, `${path}.bak`);
    expect(await verify(folder.path)).toMatchObject({ code: 1 });
    await using outside = await temporaryFolder();
    await rename(`${path}.bak`, join(outside.path, "copy"));
    expect(await verify(folder.path)).toMatchObject({ code: 0 });
  });

  test("where the newest file was deleted, what the bus goes on with is not what the export says", async () => {
    await using folder = await copy();
    const [, , newest] = ofChain(0);
    await rm(join(folder.path, newest));
    const { code, err } = await verify(folder.path);
    const [next] = await story.entries(0);
    expect(code).toBe(0);
    const said = /^chains hub\.0: .* go on with entry (\d+) and prevHash ([0-9a-f]{64})/m.exec(err);
    expect(Number(said?.[1])).toBeLessThan(Number(next?.fact.n));
    expect(said?.[2]).not.toBe(next?.fact.prevHash);
  });

  test("a forged segment that verifies by itself is found by its neighbours and by the seals", async () => {
    await using folder = await copy();
    // The same numbers of another chain, under a name that is right for them.
    await using others = await startChains();
    await exportTwoChains(others);
    const [one, two] = ofChain(0);
    const [, forged = ""] = (await filesIn(others.folder)).filter((file) => file.includes("/hub.0/"));
    await rm(join(folder.path, two));
    await copyFile(join(others.folder, forged), join(folder.path, dirname(one), forged.split("/").at(-1) ?? ""));
    const { code, err } = await verify(folder.path);
    expect(code).toBe(1);
    expect(err).toMatch(
      /does not continue entry|is another one than in|is not the one that was sealed|are missing before it/,
    );
  });

  test("what an owner that was killed exported twice is no fault", async () => {
    const { folder } = story;
    const owner = await story.own(0);
    await story.fill(owner, 0.62);
    const stopped = { ...owner, chain: { ...owner.chain, seal: () => Promise.reject(new Error("killed")) } };
    await expect(rotateChain({ ...stopped, exporter: openExporter(folder) }, signal)).rejects.toThrow("killed");
    await story.fill(owner, 0.66);
    expect(await rotateChain({ ...owner, exporter: openExporter(folder) }, signal)).toBe(true);
    const names = (await filesIn(folder))
      .filter((file) => file.includes("/hub.0/"))
      .map((file) => file.split("/").at(-1) ?? "");
    const firsts = names.map((name) => name.slice(0, 12));
    expect(new Set(firsts).size).toBe(firsts.length - 1);
    expect(await verify(folder, "-o", "name")).toMatchObject({ code: 0, err: "" });
  });

  test("what is no part of it is named and does no harm, and what cannot be read ends with a code of its own", async () => {
    await using folder = await copy();
    const [one, two] = ofChain(0);
    await writeFile(join(folder.path, "README"), "ours");
    // As an applier that was killed leaves it.
    await writeFile(join(folder.path, `${one}.one.tmp`), "half");
    await mkdir(join(folder.path, "lost+found"), { mode: 0 });
    const { code, err } = await verify(folder.path, "-o", "name");
    expect([code, err]).toEqual([0, `not of an export, and not read: README, ${one}.one.tmp, lost+found\n`]);
    expect(await verify(join(folder.path, "lost+found"))).toMatchObject({ code: 2 });
    expect(await verify(join(folder.path, "nowhere"))).toMatchObject({ code: 2, err: /cannot be read: ENOENT/ });
    expect(await verify(join(folder.path, "README"))).toMatchObject({ code: 2 });
    await chmod(join(folder.path, two), 0);
    const unreadable = await verify(folder.path);
    // Whoever runs this as root reads it all the same.
    if (process.getuid?.() !== 0) expect(unreadable).toMatchObject({ code: 1, err: /it cannot be read: EACCES/ });
  });

  test("says how it is called, and that a folder without any segment is another one", async () => {
    await using empty = await temporaryFolder();
    expect(await verify(empty.path)).toMatchObject({
      code: 2,
      err: /holds no segment of a ledger: name the EVENKEEL_LEDGER_EXPORT_DIR/,
    });
    expect(await verify("")).toMatchObject({
      code: 2,
      err: "evenkeel: verify-ledger: name a folder; the name is empty\n",
    });
    const help = await verify("--help");
    expect([help.code, help.out]).toEqual([
      0,
      expect.stringContaining("check an export of the ledger; no server needed"),
    ]);
  });
});
