import { existsSync } from "node:fs";

import { expect, test } from "vitest";

import { startNats } from "./start-nats.ts";

test("starts on a folder of its own and leaves nothing behind", async () => {
  const nats = await startNats();
  expect(nats.url).toMatch(/^nats:\/\/127\.0\.0\.1:/);
  expect(existsSync(nats.folder)).toBe(true);
  await nats[Symbol.asyncDispose]();
  expect(existsSync(nats.folder)).toBe(false);
});
