import { describe, expect, test } from "vitest";

import type { Doubt } from "../doubt.ts";
import { at, unit } from "../../story/story.fixture.ts";
import { unknownUnits } from "./unknown-units.ts";

const doubt = (code: string, message = code): Doubt => ({ reason: { code, message, remedy: "look" }, since: at(1) });
const of = (app: string, why?: Doubt) => ({ unit: unit(app), doubt: why });
const told = (units: Parameters<typeof unknownUnits>[0], isFleetRead = true) =>
  unknownUnits(units, isFleetRead).map(({ reason, unitCount, units: named }) => [
    reason?.code,
    unitCount,
    ...named.map(({ app }) => app),
  ]);

describe("the units of which nothing is known now", () => {
  test.each<readonly [string, readonly ReturnType<typeof of>[], readonly unknown[]]>([
    ["are none where there is no unit", [], []],
    ["are none where all is known", [of("web"), of("db")], []],
    ["are those in doubt", [of("web", doubt("A")), of("db")], [["A", 1, "web"]]],
    ["stand together by cause", [of("web", doubt("A")), of("db", doubt("A"))], [["A", 2, "web", "db"]]],
    [
      "stand apart by cause",
      [of("web", doubt("A")), of("db", doubt("B"))],
      [
        ["A", 1, "web"],
        ["B", 1, "db"],
      ],
    ],
    [
      "stand apart by the words of a cause, as by its cluster",
      [of("web", doubt("A", "x")), of("db", doubt("A", "y"))],
      [
        ["A", 1, "web"],
        ["A", 1, "db"],
      ],
    ],
  ])("%s", (_title, units, groups) => expect(told(units)).toEqual(groups));

  test("are named up to a hundred for a cause, and all counted", () => {
    const [group] = unknownUnits(
      Array.from({ length: 250 }, (_none, n) => of(`app-${n}`, doubt("A"))),
      true,
    );
    expect([group?.unitCount, group?.units.length, group?.since]).toEqual([250, 100, at(1)]);
  });

  test("are all there may be, before the fleet was read: that is told first, beside what is known by then", () => {
    expect(told([], false)).toEqual([["Pending", 0]]);
    expect(told([of("web", doubt("A"))], false)).toEqual([
      ["Pending", 0],
      ["A", 1, "web"],
    ]);
  });
});
