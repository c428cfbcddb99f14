import { execFileSync } from "node:child_process";
import { lookup } from "node:dns/promises";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { EntryKind, LedgerEntry } from "@evenkeel/contracts";
import { CHAIN_START, storedAs } from "@evenkeel/ledger";
import { sha256Hex } from "@evenkeel/resource";
import { temporaryFolder } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { filesIn, startChains, writesOf } from "../chain-story.fixture.ts";
import type { Owner } from "../chain-story.fixture.ts";
import { exportSegment } from "./export-segment.ts";
import { openExporter } from "./exporter.ts";
import { createRotation } from "../keep-rotated.ts";
import { createLedgerRoom } from "../ledger-room.ts";
import { rotateChain } from "../rotate-chain.ts";

const signal = AbortSignal.timeout(540_000);
const who = { installation: "inst", instance: "one" };
const chain = "c".repeat(64);
const segment = (partition = 0, epoch = 5n) => [
  storedAs(LedgerEntry.fromPartial({ partition, n: 1n, prevHash: CHAIN_START, kind: EntryKind.TAKEOVER, epoch }), 1),
];
const parts = (partition = 0, epoch = 5n) => ({ chain, segment: segment(partition, epoch), needs: [] });

/** The folder with what whoever sets it up puts there. */
const preparedIn = async (folder: string): Promise<string> => {
  await mkdir(join(folder, who.installation), { recursive: true });
  return folder;
};

/** The first thing that the export of a segment opens, as something that never answers. */
const hang = async (folder: string, partition = 0): Promise<string> => {
  const { file } = await exportSegment(openExporter(await preparedIn(folder)), who, parts(partition), signal);
  const path = join(folder, `${file}.one.tmp`);
  execFileSync("mkfifo", [path]);
  return path;
};

describe("a segment in the export folder", { timeout: 60_000 }, () => {
  test("is written once, and the same one again is the same file", async () => {
    await using folder = await temporaryFolder();
    const exporter = openExporter(await preparedIn(folder.path));
    const one = await exportSegment(exporter, who, parts(), signal);
    expect(await exportSegment(exporter, who, parts(), signal)).toEqual(one);
    expect(await filesIn(exporter.folder)).toEqual([one.file]);
    expect(sha256Hex(await readFile(join(exporter.folder, one.file)))).toBe(one.digest);
  });

  test("is never written over: other bytes under its name stay, it is told, and what is told mends it", async () => {
    await using folder = await temporaryFolder();
    const exporter = openExporter(await preparedIn(folder.path));
    const { file } = await exportSegment(exporter, who, parts(), signal);
    const path = join(folder.path, file);
    await writeFile(path, "somebody else's");
    const refused = await exportSegment(exporter, who, parts(), signal).then(String, (error: Error) => error.message);
    expect(refused).toContain("is not written over: mv ");
    expect(await readFile(path, "utf8")).toBe("somebody else's");
    execFileSync("sh", ["-c", refused.slice(refused.lastIndexOf("mv "))]);
    await exportSegment(exporter, who, parts(), signal);
    expect(await readFile(`${path}.other`, "utf8")).toBe("somebody else's");
  });

  test("is not put on a bare mount point, not even the first one: it is told, and what is told mends it", async () => {
    await using folder = await temporaryFolder();
    const fails = async (root: string) =>
      exportSegment(openExporter(root), who, parts(), signal).then(
        () => "",
        (error: Error) => error.message,
      );
    for (const root of [folder.path, join(folder.path, "not even a folder")]) {
      const why = await fails(root);
      expect(why).toContain(`${root} is not known to be the folder for this ledger: it has no inst; mount its volume`);
      expect(await readdir(folder.path)).toEqual([]);
    }
    // Another installation's folder is not ours.
    await mkdir(join(folder.path, "other"));
    const why = await fails(folder.path);
    execFileSync("sh", ["-c", why.slice(why.lastIndexOf("mkdir "))]);
    expect(await fails(folder.path)).toBe("");
    expect(await filesIn(folder.path)).toHaveLength(1);
  });

  test("waits for no folder that was there and is not any more, until it is put back or made as told", async () => {
    await using folder = await temporaryFolder();
    const root = join(folder.path, "volume");
    const { file } = await exportSegment(openExporter(await preparedIn(root)), who, parts(), signal);
    const later = { ...parts(0, 6n), needs: [file.slice(0, file.lastIndexOf("/"))] };
    const exporter = openExporter(root);
    const fails = () =>
      exportSegment(exporter, who, later, signal).then(
        () => "",
        (error: Error) => error.message,
      );
    await rename(root, `${root}.away`);
    expect(await fails()).toContain("is not the folder that this ledger was exported to");
    await mkdir(root); // a bare mount point
    expect(await fails()).toContain("mount it or put it back");
    expect(await filesIn(root)).toEqual([]);
    await rm(root, { recursive: true });
    await rename(`${root}.away`, root);
    expect(await fails()).toBe("");
    // What this process has used counts for chains that were never exported, too.
    await rm(root, { recursive: true });
    const other = () => exportSegment(exporter, who, parts(3), signal);
    const refused = await other().then(String, (error: Error) => error.message);
    execFileSync("sh", ["-c", refused.slice(refused.lastIndexOf("mkdir "))]);
    await other();
    expect(await filesIn(root)).toHaveLength(1);
  });
});

describe("an export folder that does not answer", { timeout: 60_000 }, () => {
  test("is told within the deadline, to all who wait, and takes no thread of ours", async () => {
    await using folder = await temporaryFolder();
    for (const partition of [0, 1, 2, 3, 4, 5]) await hang(folder.path, partition);
    const exporter = openExporter(folder.path, 1_000);
    const all = [0, 1, 2, 3, 4, 5].map((partition) => exportSegment(exporter, who, parts(partition), signal));
    const ends = Promise.allSettled(all);
    await lookup("localhost"); // of the pool of threads that files are read by
    await readFile(new URL(import.meta.url));
    // Both have an end, although six threads' worth of calls never will.
    for (const end of await ends)
      expect(end).toMatchObject({ reason: { message: expect.stringMatching(/does not answer within 1 s/) as string } });
  });

  test("is used again as soon as it answers", async () => {
    await using folder = await temporaryFolder();
    const fifo = await hang(folder.path);
    const exporter = openExporter(folder.path, 4_000);
    await expect(exportSegment(exporter, who, parts(), signal)).rejects.toThrow("does not answer");
    await rm(fifo);
    await exportSegment(exporter, who, parts(), signal);
    await exportSegment(exporter, who, parts(1), signal);
  });

  test("holds nobody beyond the end of a tenure", async () => {
    await using folder = await temporaryFolder();
    await hang(folder.path);
    const exporter = openExporter(folder.path);
    const tenure = new AbortController();
    const all = [0, 1].map((partition) => exportSegment(exporter, who, parts(partition), tenure.signal));
    const ends = Promise.allSettled(all);
    tenure.abort(new Error("the tenure ends"));
    for (const end of await ends) expect(end).toMatchObject({ reason: { message: "the tenure ends" } });
    // The next tenure of this process waits for no killed process.
    await exportSegment(exporter, who, parts(2), signal);
  });
});

describe("with chains on a real nats-server", { timeout: 120_000 }, () => {
  /** The owner, whose next step of rotation meets a folder that hangs. */
  const hanging = async (owner: Owner, folder: string, deadlineMs: number): Promise<Owner> => {
    const seal = (): Promise<never> => Promise.reject(new Error("dry"));
    const { chain: own } = owner;
    await expect(rotateChain({ ...owner, chain: { ...own, head: own.head, seal } }, signal)).rejects.toThrow("dry");
    const [file] = await filesIn(folder);
    execFileSync("mkfifo", [join(folder, `${file}.one.tmp`)]);
    return { ...owner, exporter: openExporter(folder, deadlineMs) };
  };

  test("a folder that hangs is told to intents once the ledger is nearly full", async () => {
    await using story = await startChains();
    const owner = await hanging(
      await story.own(0).then(async (own) => (await story.fill(own, 0.66), own)),
      story.folder,
      500,
    );
    const rotation = createRotation(owner, signal);
    expect(await rotation.run()).toMatch(/does not answer within 0.5 s/);
    const running = rotation.run();
    // While it is tried again nobody waits.
    expect(await rotation.run()).toMatch(/does not answer/);
    await running;
    const full = await story.own(0, { room: createLedgerRoom(story.bus, () => rotation.run()) });
    await expect(story.fill(full, 1)).rejects.toThrow(
      /nearly full .*: the export folder .* does not answer within 0.5 s/,
    );
    expect(await story.share()).toBeLessThan(0.95);
  });

  test("its owner's tenure ends while it hangs", async () => {
    await using story = await startChains();
    const tenure = new AbortController();
    const own = await story.own(0);
    await story.fill(own, 0.66);
    const owner = { ...(await hanging(own, story.folder, 60_000)), tenure: tenure.signal };
    const run = createRotation(owner, signal).run();
    tenure.abort(new Error("the tenure ends"));
    expect(await run).toBe("the tenure ends");
  });

  test("another chain under the same numbers, in the same folder, takes nothing of the first one's record", async () => {
    await using one = await startChains();
    const owner = await one.own(0);
    await one.fill(owner, 0.62);
    await rotateChain(owner, signal);
    const [first] = await filesIn(one.folder);
    const before = await readFile(join(one.folder, first ?? ""), "utf8");
    await using two = await startChains();
    const next = await two.own(0, { exporter: openExporter(one.folder) });
    await next.chain.append(EntryKind.INTENT, writesOf("other", "other", 1));
    await two.fill(next, 0.62);
    expect(await rotateChain(next, signal)).toBe(true);
    expect(await filesIn(one.folder)).toHaveLength(2);
    expect(await readFile(join(one.folder, first ?? ""), "utf8")).toBe(before);
  });

  test("a volume that is not mounted any more takes no segment, and the bus keeps its entries", async () => {
    await using story = await startChains();
    const root = join(story.folder, "volume");
    await mkdir(join(root, story.bus.installation), { recursive: true });
    const owner = await story.own(0, { exporter: openExporter(root) });
    await story.fill(owner, 0.62);
    expect(await createRotation(owner, signal).run()).toBeUndefined();
    await rm(root, { recursive: true });
    await mkdir(root);
    // A new process knows it from the seal alone.
    const next = await story.own(0, { exporter: openExporter(root) });
    await story.fill(next, 0.62);
    const before = (await story.entries(0)).length;
    expect(await createRotation(next, signal).run()).toMatch(/is not the folder that this ledger was exported to/);
    expect(await story.entries(0)).toHaveLength(before);
    expect(await filesIn(root)).toEqual([]);
  });
});
