import { expect, test } from "vitest";

import { roomForNew } from "./room-for-new.ts";

const state = { bytes: 500, maxBytes: 1_000, messages: 50, subjects: 50, perSubject: 1 };
test.each([
  ["up to 90 % where a subject has one message", state, 400],
  ["nothing from there on", { ...state, bytes: 900 }, 0],
  [
    "with room for every message that a known subject may still have",
    { ...state, bytes: 20, messages: 2, subjects: 2, perSubject: 16 },
    36.25,
  ],
  ["nothing once the known ones may need it all", { ...state, bytes: 60, messages: 6, subjects: 6, perSubject: 16 }, 0],
  [
    "with what is there, where subjects have all their messages",
    { ...state, bytes: 320, messages: 32, subjects: 2, perSubject: 16 },
    36.25,
  ],
  ["all of an empty store", { ...state, bytes: 0, messages: 0, subjects: 0, perSubject: 16 }, 56.25],
  ["as much as wanted without a limit", { ...state, maxBytes: -1 }, Number.POSITIVE_INFINITY],
])("new subjects are taken: %s", (_title, given, wanted) => expect(roomForNew(given)).toBe(wanted));
