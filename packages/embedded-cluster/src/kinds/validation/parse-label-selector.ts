import {
  byKey,
  type LabelRequirement,
  labelRequirement,
  type LabelRequirements,
  SelectorRefused,
} from "./label-selector.ts";

const KEY = String.raw`([^\s!=<>(),]+)`;
const VALUE = String.raw`([^\s!=<>(),]*)`;

const sorted = (values: string): readonly string[] =>
  [...new Set(values.split(",").map((value) => value.trim()))].toSorted();

type Reading = readonly [form: RegExp, read: (...parts: readonly string[]) => LabelRequirement];

/** The forms of one requirement. */
const FORMS: readonly Reading[] = [
  [new RegExp(`^${KEY}$`), (key = "") => labelRequirement(key, "exists", [])],
  [new RegExp(String.raw`^!\s*${KEY}$`), (key = "") => labelRequirement(key, "!", [])],
  [
    new RegExp(String.raw`^${KEY}\s+(in|notin)\s*\(([^()=!<>]*)\)$`),
    (key = "", operator, values = "") => labelRequirement(key, operator as "in" | "notin", sorted(values)),
  ],
  [
    new RegExp(String.raw`^${KEY}\s*(==|=|!=)\s*${VALUE}$`),
    (key = "", operator, value = "") => labelRequirement(key, operator === "!=" ? "!=" : "=", [value]),
  ],
];

/** Cuts at the commas that are not within parentheses. */
const partsOf = (text: string): readonly string[] => text.split(/,(?![^(]*\))/).map((part) => part.trim());

const requirementOf = (text: string): LabelRequirement => {
  for (const [form, read] of FORMS) {
    const match = form.exec(text);
    if (match !== null) return read(...match.slice(1));
  }
  throw new SelectorRefused(`unable to parse requirement: ${JSON.stringify(text)}`);
};

/** Reads a selector in its text form; throws SelectorRefused. */
export const parseLabelSelector = (text: string): LabelRequirements =>
  text.trim() === "" ? [] : byKey(partsOf(text).map(requirementOf));
