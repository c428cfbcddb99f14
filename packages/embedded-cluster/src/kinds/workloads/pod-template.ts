import type { KindStrategy } from "../kind-strategy.ts";
import { continueGeneration } from "../generation.ts";
import { applyTemplateDefaults } from "./pod-spec-defaults.ts";
import { sameMeaning } from "../../equal.ts";

/** A template by itself, of which nobody makes pods. It has no spec and no status. */
export const podTemplateStrategy: KindStrategy = {
  applyDefaults: applyTemplateDefaults,
  prepareForCreate: (object) => {
    object.metadata["generation"] = 1;
  },
  prepareForUpdate: (object, old) => continueGeneration(object, old, !sameMeaning(object["template"], old["template"])),
};
