import { describe, expect, test } from "vitest";

import { splitLines } from "./split-lines.ts";

const lines = async (chunks: readonly (string | Buffer)[], max?: number): Promise<readonly string[]> => {
  async function* feed(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk as string);
  }
  const read: string[] = [];
  for await (const line of splitLines(feed(), max)) read.push(line.toString("utf8"));
  return read;
};

describe("a byte stream is cut at newlines only", () => {
  const euro = Buffer.from("€");
  test.each([
    ["several lines in a chunk", ["a\nb\n"], ["a", "b"]],
    ["a line over several chunks", ["a", "b", "c\nd\n"], ["abc", "d"]],
    ["a character cut in two", [euro.subarray(0, 1), euro.subarray(1), "\n"], ["€"]],
    ["U+2028 and CR inside a line", ["a\u2028b\rc\n"], ["a\u2028b\rc"]],
    ["empty lines are left out", ["\n\na\n"], ["a"]],
    ["a last line without newline is a cut-off", ["a\nb"], ["a"]],
  ])("%s", async (_title, chunks, expected) => {
    expect(await lines(chunks)).toEqual(expected);
  });

  test.each([
    ["in one chunk", ["12345678901\n"]],
    ["over many", ["123456", "78901"]],
  ])("a line over the cap %s ends the stream", async (_title, chunks) => {
    await expect(lines(chunks, 10)).rejects.toMatchObject({ errorClass: "PROTOCOL" });
  });
});
