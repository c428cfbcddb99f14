import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { platform } from "../cache.ts";
import type { Getter } from "../program.ts";
import { step } from "../progress.ts";
import { runCommand } from "../run-command.ts";

/** A release as its project publishes it: a `.tar.gz` for each platform, under a checksum that is pinned here. */
export interface Release {
  /** For people: name and version of the release; the program itself is asked for its version. */
  readonly name: string;
  readonly algorithm: "sha256" | "sha512";
  readonly archives: Readonly<
    Record<string, { readonly url: string; readonly digest: string; readonly member: string }>
  >;
}

const ANSWER_TIMEOUT_MS = 15_000;
const DOWNLOAD_TIMEOUT_MS = 600_000;

/** Downloads a release archive and unpacks the program; any other content than the pinned one is an error. */
export const releaseArchive = ({ name: release, algorithm, archives }: Release): Getter => ({
  name: `release archive ${release}`,
  get: async ({ name }, folder) => {
    const archive = archives[platform];
    if (archive === undefined) throw new Error(`no archive is pinned for ${platform}`);
    const content = await step(`${name}: downloading ${archive.url}`, () => download(archive.url));
    const digest = createHash(algorithm).update(content).digest("hex");
    if (digest !== archive.digest)
      throw new Error(`${archive.url}: ${algorithm} is ${digest}, pinned is ${archive.digest}`);
    const file = join(folder, basename(new URL(archive.url).pathname));
    await writeFile(file, content);
    await runCommand("tar", ["-xzf", file, "-C", folder, archive.member]);
    return { path: join(folder, archive.member), source: `release archive ${archive.url}` };
  },
});

const download = async (url: string): Promise<Buffer> => {
  const silent = new AbortController();
  const tooSilent = setTimeout(() => silent.abort(new Error("no answer in time")), ANSWER_TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([silent.signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]),
    });
    clearTimeout(tooSilent);
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const { message, cause } = error as Error;
    throw new Error(`${url}: ${cause instanceof Error ? cause.message : message}`, { cause: error });
  } finally {
    clearTimeout(tooSilent);
  }
};
