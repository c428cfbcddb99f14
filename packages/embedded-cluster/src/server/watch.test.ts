import { describe, expect, it } from "vitest";

import { createManualClock } from "../faults/manual-clock.ts";
import { CONFIG_MAPS, asker } from "./testing/ask.ts";

const linesOf = async (answer: { readonly lines: AsyncIterable<string> }): Promise<readonly string[]> => {
  const lines: string[] = [];
  for await (const line of answer.lines) lines.push(line);
  return lines;
};

describe("a watch", () => {
  it("ends after its time, and tells its version now and then", async () => {
    const clock = createManualClock();
    const client = asker({ clock });
    const answer = await client.raw("GET", `${CONFIG_MAPS}?watch=1&allowWatchBookmarks=true&timeoutSeconds=130`);
    if (answer.kind !== "stream") throw new Error(answer.body);
    clock.advance(131_000);
    const types = (await linesOf(answer)).map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(["BOOKMARK", "BOOKMARK"]);
  });

  it("ends with its cluster", async () => {
    const client = asker();
    const answer = await client.raw("GET", `${CONFIG_MAPS}?watch=1`);
    if (answer.kind !== "stream") throw new Error(answer.body);
    await client.cluster[Symbol.asyncDispose]();
    expect(await linesOf(answer)).toEqual([]);
  });
});
