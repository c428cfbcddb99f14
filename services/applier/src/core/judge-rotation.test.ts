import { expect, test } from "vitest";

import { entriesToSeal } from "./judge-rotation.ts";

const share = { bytes: 60, maxBytes: 100, messages: 800, partitions: 8, entries: 100 };

test.each([
  ["nothing below 60 %", { ...share, bytes: 59 }, 0],
  ["the older half from 60 % on", share, 50],
  ["nothing of a chain that is small among others", { ...share, entries: 49 }, 0],
  ["a chain that holds all", { ...share, messages: 100 }, 50],
  ["never the newest entries", { ...share, messages: 12, entries: 12 }, 4],
  ["nothing of a chain of a few entries", { ...share, messages: 8, entries: 8 }, 0],
  ["nothing where there is no limit", { ...share, maxBytes: -1 }, 0],
])("seals %s", (_title, given, wanted) => expect(entriesToSeal(given)).toBe(wanted));
