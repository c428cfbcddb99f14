import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

import { parseJson } from "@evenkeel/resource";

import type { Value } from "@evenkeel/embedded-cluster/internals/json";
import type { Sequence } from "./step.ts";
import type { Transcript } from "./transcript.ts";
import { writeJson } from "./write-json.ts";

/** Where transcripts are kept between runs, by what was played: the real server's answers to the same requests are the same. */
export interface TranscriptCache {
  read(sequences: readonly Sequence[]): Promise<readonly Transcript[] | undefined>;
  write(sequences: readonly Sequence[], transcripts: readonly Transcript[]): Promise<void>;
}

export const openCache = (folder: string): TranscriptCache => {
  const fileOf = (sequences: readonly Sequence[]): string => {
    const digest = createHash("sha256")
      .update(writeJson(sequences as unknown as Value))
      .digest("hex")
      .slice(0, 16);
    return join(folder, `${digest}.json.gz`);
  };
  return {
    read: async (sequences) => {
      try {
        return parseJson(
          gunzipSync(await readFile(fileOf(sequences))).toString("utf8"),
        ) as unknown as readonly Transcript[];
      } catch {
        return undefined;
      }
    },
    write: async (sequences, transcripts) => {
      await mkdir(folder, { recursive: true });
      await writeFile(fileOf(sequences), gzipSync(writeJson(transcripts as unknown as Value)));
    },
  };
};
