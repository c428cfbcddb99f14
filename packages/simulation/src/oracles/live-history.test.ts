import { expect, test } from "vitest";

import { createLiveHistory } from "./live-history.ts";
import type { SeenWrite } from "./seen-write.ts";

const write = (name: string, stamp: number | undefined): SeenWrite => ({
  cluster: "c0",
  by: "applier-0.0",
  type: stamp === undefined ? "DELETED" : "MODIFIED",
  name,
  uid: "u",
  after: stamp === undefined ? undefined : { stamp, appUid: "a", seq: 1, epoch: 1 },
  before: undefined,
  lost: [],
});
const wanted = (of: Readonly<Record<string, number>>): ReadonlyMap<string, number> => new Map(Object.entries(of));

test("what was live is known for as long as it is asked for", () => {
  const history = createLiveHistory();
  history.saw(10, write("a", 1));
  history.saw(20, write("b", 1));
  history.saw(30, write("a", 2));
  history.saw(40, write("b", undefined));
  expect(history.wasEver(wanted({ a: 2 }), 40)).toBe(true);
  expect(history.wasEver(wanted({ a: 2, b: 1 }), 40)).toBe(true);
  expect(history.wasEver(wanted({ a: 2, b: 1 }), 41)).toBe(false);
  expect(history.wasEver(wanted({ a: 1, b: 1 }), 30)).toBe(true);
  expect(history.wasEver(wanted({ a: 1, b: 1 }), 31)).toBe(false);
  expect(history.wasEver(wanted({ a: 1, b: 2 }), 0)).toBe(false);
});

test("of a cluster that went back nothing before is known", () => {
  const history = createLiveHistory();
  history.saw(10, write("a", 1));
  history.restart(20, wanted({ a: 7 }));
  expect(history.wasEver(wanted({ a: 3 }), 15)).toBe(true);
  expect(history.wasEver(wanted({ a: 3 }), 21)).toBe(false);
  expect(history.wasEver(wanted({ a: 7 }), 21)).toBe(true);
});
