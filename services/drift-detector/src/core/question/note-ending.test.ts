import { expect, test } from "vitest";

import { idle, jobAt, states } from "../track-object.fixture.ts";
import { noteEnding } from "./note-ending.ts";

const synced = states["in sync"];
const job = (shape: Parameters<typeof jobAt>[2]) => jobAt(11, "git", shape);

test.each([
  ["runs", job({}), "going-on", undefined],
  ["is complete", job({ ended: true }), "ended", "Healthy"],
  ["has failed", job({ failed: true }), "ended", "Degraded"],
  ["is complete and being deleted: that hides it from nobody", job({ ended: true, deleted: true }), "ended", "Healthy"],
  ["has failed and is being deleted", job({ failed: true, deleted: true }), "ended", "Degraded"],
  ["is deleted before its end", job({ deleted: true }), "going-on", undefined],
])("a job that %s is remembered so", (_title, object, state, health) => {
  const noted = noteEnding(synced, object, idle.now);
  expect([noted.ending, noted.lastHealth?.status]).toEqual([{ uid: "u", state }, health]);
});

test("how the last one ended is kept while the next one of that name runs", () => {
  const failed = noteEnding(synced, job({ failed: true }), idle.now);
  const next = noteEnding(failed, job({ uid: "v" }), idle.now);
  expect(next.ending).toEqual({ uid: "v", state: "going-on" });
  expect(next.lastHealth?.status).toBe("Degraded");
});

test("an object without a uid, which no server sends, is nobody's end", () => {
  const { uid: _none, ...metadata } = job({ ended: true }).metadata;
  expect(noteEnding(synced, { ...job({ ended: true }), metadata }, idle.now).ending.uid).toBe("");
});
