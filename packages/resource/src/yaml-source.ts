import type { Event } from "js-yaml";

import { ManifestRefused } from "./manifest-refused.ts";
import type { ManifestProblem, ManifestRefusalCode, Position } from "./manifest-refused.ts";
import { findPosition } from "./yaml-path.ts";
import type { YamlLimits } from "./yaml-limits.ts";
import { startOf } from "./yaml-position.ts";

/** One parsed file: its text, the flat list of its events, and what it may cost. */
export interface YamlSource {
  readonly file: string;
  readonly text: string;
  readonly events: readonly Event[];
  readonly limits: YamlLimits;
  readonly positionAt: (offset: number) => Position;
}

type What = Pick<ManifestProblem, "code" | "problem" | "remedy">;

/** The place of the event with this index, or of the nearest one before it that is written. */
export const placeOf = (source: YamlSource, index: number): Position => {
  for (let at = index; at >= 0; at--) {
    const event = source.events[at];
    const start = event === undefined ? -1 : startOf(event);
    if (start >= 0) return source.positionAt(start);
  }
  return { line: 1, column: 1 };
};

/** A problem at an event, to be thrown as a refusal or kept as a warning. */
export const problemAt = (source: YamlSource, index: number, what: What): ManifestProblem => ({
  ...what,
  file: source.file,
  ...placeOf(source, index),
});

export const refuseAt = (
  source: YamlSource,
  index: number,
  code: ManifestRefusalCode,
  problem: string,
  remedy: string,
): ManifestRefused => new ManifestRefused(problemAt(source, index, { code, problem, remedy }));

export const refuseLimit = (
  source: YamlSource,
  index: number,
  what: string,
  limit: number,
  seen: number,
): ManifestRefused =>
  refuseAt(source, index, "LimitExceeded", `${what} is ${seen}, at most ${limit}`, "split or shorten it");

/** The line on which a map first writes a key. */
export const lineOfKey = (source: YamlSource, map: number, key: string): number =>
  findPosition(source, map, [key], "key").line;
