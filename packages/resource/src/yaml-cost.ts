import { refuseLimit } from "./yaml-source.ts";
import type { YamlSource } from "./yaml-source.ts";

/** Adds up what a file costs, with what aliases and merges multiply counted before it is built. */
export interface YamlCost {
  readonly startDocument: () => void;
  /** One node that is written. */
  readonly addNode: (index: number, chars: number) => void;
  /** What stands under an anchor, once more. */
  readonly addAlias: (index: number, size: YamlSize) => void;
  readonly addMergedKey: (index: number) => void;
  readonly size: () => YamlSize;
}

/** Nodes and scalar characters, aliases expanded. */
export interface YamlSize {
  readonly nodes: number;
  readonly chars: number;
}

/** Every `add` throws `LimitExceeded(what, limit, seen)` when it passes a limit of the source. */
export const countCost = (source: YamlSource): YamlCost => {
  const { limits } = source;
  const check = (index: number, what: string, limit: number, seen: number): void => {
    if (seen > limit) throw refuseLimit(source, index, what, limit, seen);
  };
  let aliases = 0;
  let nodes = 0;
  let chars = 0;
  let repeatedNodes = 0;
  let repeatedChars = 0;
  let mergedKeys = 0;
  return {
    startDocument: () => {
      aliases = 0;
      nodes = 0;
    },
    addNode: (index, scalarChars) => {
      nodes += 1;
      chars += scalarChars;
      if (nodes > limits.nodes) check(index, "number of nodes", limits.nodes, nodes);
    },
    addAlias: (index, size) => {
      aliases += 1;
      nodes += size.nodes;
      chars += size.chars;
      repeatedNodes += size.nodes;
      repeatedChars += size.chars;
      check(index, "number of aliases", limits.aliases, aliases);
      check(index, "number of nodes with aliases expanded", limits.nodes, Math.max(nodes, repeatedNodes));
      check(index, "text repeated by aliases", limits.fileBytes, repeatedChars);
    },
    addMergedKey: (index) => {
      mergedKeys += 1;
      check(index, "number of merged keys", limits.mergedKeys, mergedKeys);
    },
    size: () => ({ nodes, chars }),
  };
};
