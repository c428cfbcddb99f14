export { type FieldTerm, matchesFields, parseFieldSelector } from "./field-selector.ts";
export {
  byKey,
  formatRequirements,
  labelRequirement,
  type LabelRequirement,
  type LabelRequirements,
  matchesLabels,
  requirementsOf,
  requirementsOfMap,
  type SelectorOperator,
  SelectorRefused,
} from "./label-selector.ts";
export { parseLabelSelector } from "./parse-label-selector.ts";
export { type SelectorAllowances, validateLabelSelector } from "./validate-label-selector.ts";
