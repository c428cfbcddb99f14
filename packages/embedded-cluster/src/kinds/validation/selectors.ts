export { type FieldTerm, matchesFields, parseFieldSelector } from "./field-selector.ts";
export {
  formatRequirements,
  type LabelRequirements,
  matchesLabels,
  requirementsOf,
  SelectorRefused,
} from "./label-selector.ts";
export { parseLabelSelector } from "./parse-label-selector.ts";
