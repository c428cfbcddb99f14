import type { LiveObject, Value, ValueMap } from "../json.ts";
import type { CrdCondition } from "./crd-conditions.ts";
import { acceptedNamesOf, type CustomNames, namesOf, specOf } from "./crd-document.ts";
import { mapAt } from "../reading.ts";
import { sameJson } from "../equal.ts";

interface Accepted {
  /** The new `status.acceptedNames`, as the server emits it. */
  readonly names: ValueMap;
  readonly condition: CrdCondition;
}

type Single = "plural" | "singular" | "kind" | "listKind";

/** In the order in which the server looks: of several conflicts the last is told. */
const conflicts: Readonly<Record<Single | "shortNames", string>> = {
  plural: "PluralConflict",
  singular: "SingularConflict",
  shortNames: "ShortNamesConflict",
  kind: "KindConflict",
  listKind: "ListKindConflict",
};

const inUse = (name: string): string => `${JSON.stringify(name)} is already in use`;

/** Go's aggregate: one message by itself, several in brackets, each once. */
const aggregate = (messages: readonly string[]): string => {
  const unique = [...new Set(messages)];
  return unique.length === 1 ? (unique[0] ?? "") : `[${unique.join(", ")}]`;
};

const emitted = (names: CustomNames): ValueMap => {
  const { plural, singular, shortNames, kind, listKind, categories } = names;
  return {
    plural,
    ...(singular === "" ? {} : { singular }),
    ...(shortNames.length === 0 ? {} : { shortNames: [...shortNames] }),
    kind,
    ...(listKind === "" ? {} : { listKind }),
    ...(categories.length === 0 ? {} : { categories: [...categories] }),
  };
};

/** Which of the asked names a CRD gets, given what all CRDs of its group (itself too) have. A name once its own stays so. */
export const acceptNames = (crd: LiveObject, all: readonly LiveObject[]): Accepted => {
  const taken = all.map(acceptedNamesOf);
  const resources = new Set(taken.flatMap(({ plural, singular, shortNames }) => [plural, singular, ...shortNames]));
  const kinds = new Set(taken.flatMap(({ kind, listKind }) => [kind, listKind]));
  const asked = namesOf(specOf(crd)["names"] as Value | undefined);
  const own = namesOf(mapAt(crd, "status")?.["acceptedNames"]);
  const granted: { -readonly [Key in keyof CustomNames]: CustomNames[Key] } = { ...own, categories: asked.categories };
  let problem: Pick<CrdCondition, "reason" | "message"> | undefined;
  const grant = (key: Single, used: ReadonlySet<string>): void => {
    if (asked[key] === own[key] || !used.has(asked[key])) granted[key] = asked[key];
    else problem = { reason: conflicts[key], message: inUse(asked[key]) };
  };
  grant("plural", resources);
  grant("singular", resources);
  if (!sameJson([...asked.shortNames], [...own.shortNames])) {
    const clashes = asked.shortNames.filter(
      (name) => !own.shortNames.includes(name) && name !== "" && resources.has(name),
    );
    if (clashes.length === 0) granted.shortNames = asked.shortNames;
    else problem = { reason: conflicts.shortNames, message: aggregate(clashes.map(inUse)) };
  }
  grant("kind", kinds);
  grant("listKind", kinds);
  return {
    names: emitted(granted),
    condition:
      problem === undefined
        ? { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" }
        : { type: "NamesAccepted", status: "False", ...problem },
  };
};
