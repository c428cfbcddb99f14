import { LineageStatement } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { at, desired, sha, version } from "../../story/story.fixture.ts";
import { emptySource } from "../source-record.ts";
import { changeCause } from "./change-cause.ts";

const fleetTip = sha("f");
const words = { author: "Ben", subject: "move web", observedAt: at(9) };
const fleet = { ...emptySource("_fleet"), commits: new Map([[fleetTip, words]]) };
const of = (change: object, statement = true) =>
  desired(5, "a", {
    version: { ...version(5), ...change },
    ...(statement ? { fleetStatement: LineageStatement.fromPartial({ tip: fleetTip }) } : {}),
  });

test.each([
  ["none, where nothing is desired", undefined, fleet, undefined],
  [
    "that of its own source, where it is the newest of its inputs",
    of({}),
    fleet,
    { source: "shop", revision: sha("a"), author: "Ana", subject: "commit a", observedAt: at(5) },
  ],
  [
    "that of the fleet, where the declarations changed last",
    of({ fleet: 9n }),
    fleet,
    { source: "_fleet", revision: fleetTip, ...words },
  ],
  [
    "that of the fleet without words, where it was not seen",
    of({ fleet: 9n }),
    undefined,
    { source: "_fleet", revision: fleetTip, author: "", subject: "", observedAt: undefined },
  ],
  [
    "that of the fleet without a name, where nobody stated it",
    of({ fleet: 9n }, false),
    fleet,
    { source: "_fleet", revision: "", author: "", subject: "", observedAt: undefined },
  ],
  ["none, where another set of tools came last", of({ tools: 9n }), fleet, undefined],
  ["that of its source, where it is as new as the tools", of({ tools: 5n }), fleet, { source: "shop" }],
  ["that of the fleet, where both came after the tools", of({ tools: 6n, fleet: 9n }), fleet, { source: "_fleet" }],
  [
    "that of its source, whatever number another source has",
    of({
      sources: [
        { source: "base", seq: 99n },
        { source: "shop", seq: 5n },
      ],
    }),
    fleet,
    { source: "shop" },
  ],
])("the commit that caused what is desired is %s", (_title, fact, source, cause) => {
  const told = changeCause({ desired: fact }, source);
  if (cause === undefined) expect(told).toBeUndefined();
  else expect(told).toMatchObject(cause);
});
