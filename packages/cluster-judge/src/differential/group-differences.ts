import type { Value } from "@evenkeel/embedded-cluster";
import type { Difference } from "./compare.ts";
import { type Sequence, describeStep } from "./step.ts";
import { writeJson } from "./write-json.ts";

export interface SequenceDifference extends Difference {
  readonly sequence: Sequence;
}

export interface DifferenceGroup {
  /** Kind, verb and JSON path, or both statuses. */
  readonly title: string;
  readonly kind: string;
  readonly sequences: ReadonlySet<number>;
  readonly count: number;
  readonly example: SequenceDifference;
}

const generic = (text: string): string =>
  text
    .replaceAll(/s\d+-[ab]/g, "NAME")
    .replaceAll(/\["[^"]*"\]/g, "[KEY]")
    .replaceAll(/\[\d+\]/g, "[]")
    .replaceAll(/"[^"]*"/g, '""')
    .replaceAll(/#\d+/g, "#");

const shortStatus = (value: Value | undefined): string =>
  generic(value === undefined ? "" : writeJson(value)).slice(0, 110);

const titleOf = (difference: SequenceDifference): { readonly kind: string; readonly title: string } => {
  const step = difference.sequence.steps[difference.at];
  const kind = step?.kind ?? difference.where.split(" ")[2] ?? "";
  const what = step === undefined ? "events" : `${step.verb}${step.subresource === "" ? "" : `/${step.subresource}`}`;
  const path = generic(difference.path);
  const detail =
    difference.path === ".status" ? `: ${shortStatus(difference.real)} | not ${shortStatus(difference.other)}` : "";
  return { kind, title: `${kind} ${what} ${path}${detail}` };
};

/** Differences by kind, verb and path, those that touch most sequences first. */
export const groupDifferences = (differences: readonly SequenceDifference[]): readonly DifferenceGroup[] => {
  const groups = new Map<
    string,
    { kind: string; sequences: Set<number>; count: number; example: SequenceDifference }
  >();
  for (const difference of differences) {
    const { kind, title } = titleOf(difference);
    const group = groups.get(title) ?? { kind, sequences: new Set<number>(), count: 0, example: difference };
    group.sequences.add(difference.sequence.index);
    group.count += 1;
    groups.set(title, group);
  }
  return [...groups]
    .map(([title, group]) => ({ title, ...group }))
    .toSorted((a, b) => b.sequences.size - a.sequences.size || (a.title < b.title ? -1 : 1));
};

const shown = (value: Value | undefined, length: number): string =>
  value === undefined ? "(absent)" : writeJson(value).slice(0, length);

/** One group as lines of text. */
export const describeGroup = (group: DifferenceGroup, length = 600): string => {
  const { example, sequences, count } = group;
  const step = example.sequence.steps[example.at];
  const at = step === undefined ? example.where : `request ${example.at}: ${describeStep(step)}`;
  return [
    `[${sequences.size} sequences, ${count} places] ${group.title}`,
    `    sequence ${example.sequence.index}, ${at}`,
    `    at ${example.path}`,
    `    real:     ${shown(example.real, length)}`,
    `    embedded: ${shown(example.other, length)}`,
  ].join("\n");
};
