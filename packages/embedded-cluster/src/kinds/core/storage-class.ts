import { isMap, type LiveObject, type ValueMap } from "../../json.ts";
import {
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  ofNamedType,
  required,
  tooLongBytes,
} from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { stringEntries, validateLabelKey } from "../validation/labels.ts";
import { byteLength } from "../validation/name-texts.ts";
import { nameIsDnsSubdomain, qualifiedNameRule } from "../validation/names.ts";
import { isSet, structsOf, textOf, textsOf } from "../validation/read-value.ts";
import { semanticEqual } from "./generation.ts";

const parametersLimit = 512;
const parametersSizeLimit = 256 * 1024;
const reclaimPolicies = ["Delete", "Retain"];
const bindingModes = ["Immediate", "WaitForFirstConsumer"];

const validateParameters = (object: LiveObject): readonly FieldError[] => {
  const entries = stringEntries(object["parameters"]);
  if (entries.length > parametersLimit) return [tooLongBytes("parameters", parametersLimit)];
  const size = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return [
    ...entries.filter(([key]) => key === "").map(() => invalid("parameters", "", "field can not be empty.")),
    ...(size > parametersSizeLimit ? [tooLongBytes("parameters", parametersSizeLimit)] : []),
  ];
};

const validateTerm = (term: ValueMap, field: string): readonly FieldError[] => {
  const keys = new Set<string>();
  return structsOf(term["matchLabelExpressions"]).flatMap((expression, index) => {
    const at = `${field}.matchLabelExpressions[${index}]`;
    const key = textOf(expression["key"]);
    const values = textsOf(expression["values"]);
    const errors = [
      ...(values.length === 0 ? [required(`${at}.values`)] : []),
      ...values.flatMap((value, position) =>
        values.indexOf(value) < position ? [duplicate(`${at}.values[${position}]`, value)] : [],
      ),
      ...validateLabelKey(key, `${at}.key`),
      ...(keys.has(key) ? [duplicate(`${at}.key`, key)] : []),
    ];
    keys.add(key);
    return errors;
  });
};

/** A term's meaning, whatever the order of its values; of a key named twice the last one counts. */
const meaningOf = (term: ValueMap): string => {
  const byKey = new Map(
    structsOf(term["matchLabelExpressions"]).map((each) => [
      textOf(each["key"]),
      JSON.stringify([...new Set(textsOf(each["values"]))].toSorted()),
    ]),
  );
  return [...byKey]
    .map(([key, values]) => `${JSON.stringify(key)}${values}`)
    .toSorted()
    .join();
};

const validateTopologies = (object: LiveObject): readonly FieldError[] => {
  const terms = structsOf(object["allowedTopologies"]);
  const seen = new Map<string, number>();
  return terms.flatMap((term, index) => {
    const at = `allowedTopologies[${index}]`;
    const meaning = meaningOf(term);
    const known = seen.get(meaning) ?? 0;
    seen.set(meaning, known + 1);
    // The server compares with as many empty terms as there are terms, too.
    const before = meaning === "" ? known + terms.length : known;
    return [
      ...validateTerm(term, at),
      ...Array.from({ length: before }, () => duplicate(`${at}.matchLabelExpressions`, "")),
    ];
  });
};

const validate = (object: LiveObject): readonly FieldError[] => {
  const provisioner = textOf(object["provisioner"]);
  const [reclaim, mode] = [object["reclaimPolicy"], object["volumeBindingMode"]];
  return [
    ...validateCoreObjectMeta(object, false, nameIsDnsSubdomain),
    ...(provisioner === ""
      ? [required("provisioner")]
      : qualifiedNameRule(provisioner.toLowerCase()).map((text) =>
          invalid("provisioner", provisioner.toLowerCase(), text),
        )),
    ...validateParameters(object),
    ...(isSet(reclaim) && reclaim !== "" && !reclaimPolicies.includes(textOf(reclaim))
      ? [ofNamedType(notSupported("reclaimPolicy", reclaim, reclaimPolicies))]
      : []),
    ...(isSet(mode) && bindingModes.includes(textOf(mode))
      ? []
      : [ofNamedType(notSupported("volumeBindingMode", mode ?? "", bindingModes))]),
    ...validateTopologies(object),
  ];
};

const immutable = ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"];

export const storageClass: KindStrategy = {
  validatesMetadata: true,
  applyDefaults: (object) => {
    if (!isSet(object["reclaimPolicy"])) object["reclaimPolicy"] = "Delete";
    if (!isSet(object["volumeBindingMode"])) object["volumeBindingMode"] = "Immediate";
  },
  validateCreate: validate,
  validateUpdate: (object, old) => [
    ...validate(object),
    ...validateCoreObjectMetaUpdate(object, old),
    ...immutable
      .filter((field) => !semanticEqual(object[field], old[field]))
      .map((field) => {
        const value = object[field] ?? null;
        const error = invalid(field, isMap(value) ? sorted(value) : value, "field is immutable");
        return field === "provisioner" ? error : ofNamedType(error);
      }),
  ],
};

/** Go prints maps by key. */
const sorted = (map: ValueMap): ValueMap =>
  Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1)));
