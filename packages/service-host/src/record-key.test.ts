import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { temporaryFolder } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

import { readRecordKey } from "./record-key.ts";

const refusalOf = (recordKeyFile: string): string => {
  try {
    readRecordKey({ recordKeyFile });
    return "";
  } catch (error) {
    return String(error);
  }
};

describe("the record key", () => {
  it.each([
    ["is missing", undefined, "cannot be read (ENOENT)"],
    ["is empty", "", "has 0 characters, 32 are the least"],
    ["could be tried through", "prod-7c1e\n", "has 9 characters, 32 are the least"],
  ])("is refused where it %s, with how to make one", async (_title, text, fault) => {
    await using folder = await temporaryFolder();
    const recordKeyFile = join(folder.path, "record.key");
    if (text !== undefined) await writeFile(recordKeyFile, text);
    const refusal = refusalOf(recordKeyFile);
    expect(refusal).toContain(`EVENKEEL_RECORD_KEY_FILE ${fault}: ${recordKeyFile}; make it once, by `);
    const remedy = /make it once, by ([^,]+),/.exec(refusal)?.[1] ?? "";
    const { stdout } = await promisify(execFile)("sh", ["-c", remedy]);
    await writeFile(recordKeyFile, stdout);
    expect(readRecordKey({ recordKeyFile })).toBe(stdout.trim());
  });
});
