import { DesiredStateChanged } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { keepNewest, unitKey } from "./partition.ts";
import type { Desired, Partition } from "./partition.ts";

const unit = { cluster: "prod", app: "web", appUid: "u" };
const version = { fleet: 1n, selection: 1n, sources: [], tools: 1n };
const desired = (cause: string, renderedAtMs: number): Desired => ({
  ...DesiredStateChanged.fromPartial({ cause, renderedAt: new Date(renderedAtMs) }),
  unit,
  version,
});

const begin = () => {
  const superseded: string[] = [];
  const partition = {
    newest: new Map(),
    attempts: new Map([[unitKey(unit), 3]]),
    refused: new Map(),
    lanes: { supersede: (_key: string, newest: string) => superseded.push(newest) },
  } as unknown as Partition;
  return { partition, superseded };
};

test("the newest desired is the last of the stream, whatever clock it was rendered by", () => {
  const { partition, superseded } = begin();
  const [first, second] = [desired("a", 60_000), desired("b", 0)];
  expect(keepNewest(partition, first, 1)).toBe(first);
  expect(keepNewest(partition, second, 2)).toBe(second);
  expect(keepNewest(partition, first, 1)).toBe(second);
  expect(partition.newest.get(unitKey(unit))?.desired).toBe(second);
  expect(superseded).toEqual(["a", "b"]);
});

test("another one is tried at once, the same again as often as it has failed says", () => {
  const { partition } = begin();
  const key = unitKey(unit);
  keepNewest(partition, desired("a", 0), 1);
  expect(partition.attempts.has(key)).toBe(false);
  partition.attempts.set(key, 3);
  keepNewest(partition, desired("a", 0), 2);
  expect(partition.attempts.get(key)).toBe(3);
});
