import { expect, test } from "vitest";

import { lineQueue } from "./event-queue.ts";

test("a reader that lags too far behind gets what was pushed so far, then its end", async () => {
  let ends = 0;
  const queue = lineQueue(() => (ends += 1));
  for (let line = 0; line < 3; line += 1) queue.push(`initial ${line}`);
  queue.limitUnread();
  for (let line = 0; line < 10_000; line += 1) queue.push(String(line));
  expect(ends).toBe(1);
  queue.push("too late");
  const lines: string[] = [];
  for await (const line of queue) lines.push(line);
  expect(lines).toHaveLength(10_003);
  expect(lines.at(-1)).toBe("9999");
  expect(ends).toBe(1);
});

test("who leaves a queue ends the wait for its next line, too", async () => {
  const queue = lineQueue(() => undefined);
  const lines = queue[Symbol.asyncIterator]();
  const waited = lines.next();
  await lines.return?.();
  expect((await waited).done).toBe(true);
});
