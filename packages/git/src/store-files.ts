import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { isFullId } from "./git-ref.ts";

/** What one of our refs under `refs/evenkeel/` stands for. */
export type OwnRef = "candidate" | "previous" | "accepted";

const isMissing = (error: NodeJS.ErrnoException): boolean => error.code === "ENOENT";
const ignoreMissing = (error: NodeJS.ErrnoException): void => {
  if (!isMissing(error)) throw error;
};

/** The files of a store that are looked at and moved without a git process: each of those costs 5 ms and more. */
export class StoreFiles {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Whether the repository is there: somebody may have emptied the disk. */
  isThere(): Promise<boolean> {
    return stat(join(this.dir, "HEAD")).then(
      () => true,
      () => false,
    );
  }

  /** Whether the store itself lacks history; it never should. */
  isShallow(): Promise<boolean> {
    return stat(join(this.dir, "shallow")).then(
      ({ size }) => size > 0,
      () => false,
    );
  }

  async readRef(kind: OwnRef, n: number): Promise<string | undefined> {
    const text = (await readFile(this.#ref(kind, n), "latin1").catch(() => "")).trim();
    return isFullId(text) ? text : undefined;
  }

  /** Whole or not at all; git passes over names that end in `.lock`. */
  async writeRef(kind: OwnRef, n: number, oid: string): Promise<void> {
    const file = this.#ref(kind, n);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.lock`, `${oid}\n`);
    await rename(`${file}.lock`, file);
  }

  /** What the ref held stays known to the next negotiation, but cannot be taken for the answer of the next fetch. */
  async setAside(n: number): Promise<void> {
    const previous = this.#ref("previous", n);
    await mkdir(dirname(previous), { recursive: true });
    await rename(this.#ref("candidate", n), previous).catch(ignoreMissing);
  }

  /** Bytes of the largest half pack; 0 where there is none. */
  async largestTemporaryPack(): Promise<number> {
    const packs = await this.#packFiles((name) => name.startsWith("tmp_"));
    return Math.max(0, ...(await Promise.all(packs.map(async (file) => (await stat(file)).size))));
  }

  /** A killed fetch leaves its half pack; index-pack never reuses one. */
  async removeTemporaryPacks(): Promise<void> {
    const packs = await this.#packFiles((name) => name.startsWith("tmp_"));
    await Promise.all(packs.map((file) => rm(file, { force: true })));
  }

  async countPacks(): Promise<number> {
    return (await this.#packFiles((name) => name.endsWith(".pack"))).length;
  }

  async #packFiles(wanted: (name: string) => boolean): Promise<readonly string[]> {
    const dir = join(this.dir, "objects/pack");
    const names = await readdir(dir).catch(() => []);
    return names.filter(wanted).map((name) => join(dir, name));
  }

  #ref(kind: OwnRef, n: number): string {
    return join(this.dir, "refs/evenkeel", kind, String(n));
  }
}
