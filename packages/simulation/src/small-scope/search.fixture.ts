import { readLedger } from "./ledger.fixture.ts";
import { keyOf, START, stepsFrom } from "./model.fixture.ts";
import type { Core, World } from "./model.fixture.ts";

export interface Found {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** How often something that must be tried was: told, so that a search of nothing is seen. */
  readonly seen: ReadonlyMap<string, number>;
  /** The shortest way to what must not be, step by step; empty: there is none. */
  readonly story: readonly string[];
}

const faultOf = (world: World): string => {
  if (world.fault !== "") return world.fault;
  const { broken, open } = readLedger(world.ledger);
  if (broken !== "") return `write.audit: ${broken}`;
  return open.length > 1 ? "write.audit: an intent beside an open one" : "";
};

/** Goes through all states, the nearest first. */
export const searchAll = (core: Core, most = 5_000_000): Found => {
  const from = new Map<string, readonly [before: string, says: string]>();
  const seen = new Map<string, number>();
  let edge: (readonly [key: string, world: World])[] = [[keyOf(START), START]];
  from.set(keyOf(START), ["", "nothing has happened yet"]);
  let [transitions, depth] = [0, 0];
  const storyTo = (key: string, fault: string): readonly string[] => {
    const story = [`BROKEN ${fault}`];
    for (let at = key; at !== "";) {
      const [before, says] = from.get(at) ?? ["", ""];
      story.unshift(says);
      at = before;
    }
    return story;
  };
  while (edge.length > 0 && from.size < most) {
    const next: (readonly [string, World])[] = [];
    for (const [key, world] of edge) {
      for (const step of stepsFrom(core, world)) {
        transitions += 1;
        const kind = step.says.replace(/applier [AB]|\d+|\b(?:c\d|r)\b/g, "").trim();
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        const reached = keyOf(step.next);
        if (from.has(reached)) continue;
        from.set(reached, [key, step.says]);
        const fault = faultOf(step.next);
        if (fault !== "")
          return { states: from.size, transitions, depth: depth + 1, seen, story: storyTo(reached, fault) };
        next.push([reached, step.next]);
      }
    }
    edge = next;
    if (next.length > 0) depth += 1;
  }
  return {
    states: from.size,
    transitions,
    depth,
    seen,
    story: edge.length > 0 ? [`BROKEN the search is not whole after ${from.size} states`] : [],
  };
};
