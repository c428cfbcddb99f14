import type { Json } from "./json.ts";
import type { YamlCost } from "./yaml-cost.ts";
import { lineOfKey, placeOf, refuseAt, refuseLimit } from "./yaml-source.ts";
import type { YamlSource } from "./yaml-source.ts";

/** A map while it is read: null prototype, so that no key can reach one. */
export interface OpenMap {
  readonly kind: "map";
  readonly event: number;
  readonly members: { [key: string]: Json };
  /** The key whose value comes next. */
  key: string | undefined;
  /** `<<` was read, its value comes next. */
  merging: boolean;
  mergeEvent: number;
  merged: readonly MergedMap[];
}
type MergedMap = { readonly [key: string]: Json };

export const openMap = (event: number): OpenMap => ({
  kind: "map",
  event,
  members: Object.create(null) as { [key: string]: Json },
  key: undefined,
  merging: false,
  mergeEvent: -1,
  merged: [],
});

/** True where the next node is a key. */
export const awaitsKey = (map: OpenMap): boolean => map.key === undefined && !map.merging;

export const notAString = (source: YamlSource, index: number): Error =>
  refuseAt(source, index, "YamlRefused", "a key that is not a string", "put the key in quotes");

/** Takes the next key: throws `KeyForbidden`, `LimitExceeded` or `DuplicateKey`. */
export const takeKey = (source: YamlSource, map: OpenMap, key: string, index: number): void => {
  if (key === "__proto__") {
    throw refuseAt(source, index, "KeyForbidden", "the key __proto__ is not taken", "rename the key");
  }
  if (key.length > source.limits.keyLength) {
    throw refuseLimit(source, index, "length of a key", source.limits.keyLength, key.length);
  }
  if (key in map.members) {
    const first = lineOfKey(source, map.event, key);
    throw refuseAt(source, index, "DuplicateKey", `key "${key}" is already on line ${first}`, "keep one of the two");
  }
  map.key = key;
};

/** Takes a `<<`; a map has one at most. */
export const takeMergeKey = (source: YamlSource, map: OpenMap, index: number): void => {
  if (map.mergeEvent >= 0) {
    const first = placeOf(source, map.mergeEvent).line;
    throw refuseAt(source, index, "DuplicateKey", `<< is already on line ${first}`, "merge a list: <<: [*a, *b]");
  }
  map.merging = true;
  map.mergeEvent = index;
};

/** Takes the value of the key, or of the `<<`, read last. */
export const takeValue = (source: YamlSource, map: OpenMap, value: Json, index: number): void => {
  if (map.merging) {
    map.merged = mapsToMerge(source, value, index);
    map.merging = false;
  } else if (map.key !== undefined) {
    map.members[map.key] = value;
    map.key = undefined;
  }
};

const mapsToMerge = (source: YamlSource, value: Json, index: number): readonly MergedMap[] => {
  const maps: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [value];
  if (maps.every(isMap)) return maps;
  throw refuseAt(source, index, "YamlRefused", "<< takes a map or a list of maps", "merge an alias of a map");
};

const isMap = (value: Json): value is MergedMap => typeof value === "object" && value !== null && !Array.isArray(value);

/** The finished map: its own keys win over merged ones wherever `<<` stands, the first merged map over later ones. */
export const closeMap = (map: OpenMap, cost: YamlCost): Json => {
  for (const merged of map.merged) {
    for (const [key, value] of Object.entries(merged)) {
      cost.addMergedKey(map.mergeEvent);
      if (!(key in map.members)) map.members[key] = value;
    }
  }
  return map.members;
};
