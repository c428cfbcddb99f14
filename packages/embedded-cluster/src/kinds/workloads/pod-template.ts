import type { LiveObject } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import type { Findings } from "./findings.ts";
import { continueGeneration } from "./generation.ts";
import { applyTemplateDefaults } from "./pod-spec-defaults.ts";
import { podWarnings } from "./pod-warnings.ts";
import { mapAt } from "./reading.ts";
import { sameValue } from "./same-value.ts";
import { isNewGeneration } from "./template-warnings.ts";
import { validateTemplate } from "./template-validation.ts";

const validate = (object: LiveObject): Findings => validateTemplate(mapAt(object, "template"), "template");

/** A template by itself, of which nobody makes pods. It has no spec and no status. */
export const podTemplateStrategy: KindStrategy = {
  applyDefaults: applyTemplateDefaults,
  prepareForCreate: (object) => {
    object.metadata["generation"] = 1;
  },
  prepareForUpdate: (object, old) => continueGeneration(object, old, !sameValue(object["template"], old["template"])),
  validateCreate: validate,
  validateUpdate: validate,
  warnings: (object, old) =>
    old === undefined || isNewGeneration(object, old) ? podWarnings(mapAt(object, "template"), "template.") : [],
};
