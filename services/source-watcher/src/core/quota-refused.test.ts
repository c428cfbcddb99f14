import { expect, test } from "vitest";

import { isSmall, quotaRefused } from "./quota-refused.ts";

const mib = 1024 * 1024;
const store = (taken: number) => ({ bytes: taken * mib, maxBytes: 1024 * mib });

test.each([
  ["within quota and room", 100, 256, 100, 0, undefined],
  ["at its quota", 256, 256, 1, 0, undefined],
  ["above its quota, however empty the store", 257, 256, 1, 0, /257\.0 MiB, more than the 256\.0 MiB/],
  ["a large one in a store that is nearly full", 200, 256, 200, 800, /no room for another 200\.0 MiB/],
  ["a small change in a store that is nearly full", 200, 256, 1, 950, undefined],
  ["a small change in a store that is full", 200, 256, 1, 1000, /no room/],
])("a source %s", (_title, needed, quota, fresh, taken, wanted) => {
  const why = quotaRefused({
    neededBytes: needed * mib,
    quotaBytes: quota * mib,
    newBytes: fresh * mib,
    store: store(taken),
  });
  if (wanted === undefined) expect(why).toBeUndefined();
  else expect(why).toMatch(wanted);
});

test.each([
  [1, 256, true],
  [16, 256, true],
  [17, 256, false],
  [5, 4, false],
])("a repository of %i MiB under a quota of %i is stored whole: %s", (size, quota, whole) => {
  expect(isSmall(size * mib, quota * mib)).toBe(whole);
});
