import { expect, test } from "vitest";

import { BodyMissing } from "../partition/declarations.ts";
import { readSet } from "./desired-set.ts";

const { signal } = new AbortController();
const bodies = { get: async () => undefined };

test("a set that is not stored is missing, and never an empty one", async () => {
  await expect(readSet(bodies, "sha256:1", signal)).rejects.toThrow(BodyMissing);
});

test("only the empty digest is a set without objects", async () => {
  expect(await readSet(bodies, "", signal)).toEqual([]);
});
