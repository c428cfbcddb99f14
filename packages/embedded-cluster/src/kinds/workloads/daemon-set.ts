import type { LiveObject, ValueMap } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { continueGeneration, startGeneration } from "../generation.ts";
import { applyTemplateDefaults, specOf } from "./pod-spec-defaults.ts";
import { keepSelector, validateSelector } from "./selector-rules.ts";
import { statusOnly, usualResets } from "./status-subresource.ts";
import { mapAt, ensureMap, textAt, fill, fillZero } from "../../reading.ts";
import { sameMeaning } from "../../equal.ts";

/** Where apps/v1 still tells the counter of template changes. */
const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

const EMPTY_STATUS = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };

const applyDefaults = (object: LiveObject): void => {
  const spec = specOf(object);
  const strategy = ensureMap(spec, "updateStrategy");
  fillZero(strategy, "type", "RollingUpdate");
  if (strategy["type"] === "RollingUpdate") {
    const rollingUpdate = ensureMap(strategy, "rollingUpdate");
    fill(rollingUpdate, "maxUnavailable", 1);
    fill(rollingUpdate, "maxSurge", 0);
  } else fillWithZeros(mapAt(strategy, "rollingUpdate"));
  fill(spec, "revisionHistoryLimit", 10);
  applyTemplateDefaults(spec);
  setTemplateGeneration(object, templateGeneration(object));
};

/** The server's inner form has both numbers wherever it has one. */
const fillWithZeros = (rollingUpdate: ValueMap | undefined): void => {
  for (const key of ["maxUnavailable", "maxSurge"]) if (rollingUpdate !== undefined) fill(rollingUpdate, key, 0);
};

/** The counter in the annotation; 0 where there is none, as the server's inner form has it. */
const templateGeneration = (object: LiveObject): number =>
  Number.parseInt(textAt(mapAt(object.metadata, "annotations"), TEMPLATE_GENERATION), 10) || 0;

const setTemplateGeneration = (object: LiveObject, generation: number): void => {
  ensureMap(object.metadata, "annotations")[TEMPLATE_GENERATION] = String(generation);
};

const usual = statusOnly();

export const daemonSetStrategy: KindStrategy = {
  applyDefaults,
  prepareForCreate: (object) => {
    startGeneration(object, EMPTY_STATUS);
    setTemplateGeneration(object, Math.max(templateGeneration(object), 1));
  },
  prepareForUpdate: (object, old) => {
    const [spec, before] = [mapAt(object, "spec"), mapAt(old, "spec")];
    const templateChanged = !sameMeaning(spec?.["template"], before?.["template"]);
    setTemplateGeneration(object, templateGeneration(old) + (templateChanged ? 1 : 0));
    continueGeneration(object, old, !sameMeaning(spec, before));
  },
  validateCreate: validateSelector,
  validateUpdate: (object, old) => [...keepSelector(object, old), ...validateSelector(object)],
  status: {
    ...usual,
    prepareForUpdate: (object, old) => {
      usual.prepareForUpdate(object, old);
      setTemplateGeneration(object, templateGeneration(old)); // it lies in the spec of the server's inner form
    },
  },
  resetFields: usualResets,
  annotationsOfInnerFields: [TEMPLATE_GENERATION],
};
