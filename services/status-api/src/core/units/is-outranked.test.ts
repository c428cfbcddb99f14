import { expect, test } from "vitest";

import { isOutranked } from "./is-outranked.ts";

test.each<readonly [string, boolean, bigint, bigint | undefined, bigint | undefined]>([
  ["nobody has told more yet", false, 5n, undefined, undefined],
  ["it is of the same term", false, 5n, 5n, 5n],
  ["it is of a later term", false, 6n, 5n, 6n],
  ["it is of an earlier term than what is known", true, 4n, 5n, 5n],
  ["it is of an earlier term, and the leases name nobody", true, 4n, 5n, undefined],
  ["it is of an earlier term, and a still later owner has told nothing yet", true, 4n, 5n, 6n],
  ["what is known is of a term above today's owner: the leases were put back", false, 4n, 5n, 4n],
  ["the leases were put back, whoever of the new terms tells", false, 3n, 5n, 4n],
])("a word does not count any more where %s: %s", (_title, outranked, told, known, owner) => {
  expect(isOutranked({ told, known, owner })).toBe(outranked);
});
