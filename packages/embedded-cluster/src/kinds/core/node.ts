import { isMap, type LiveObject, type ValueMap } from "../../json.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupportedAsListed,
  ofNamedType,
  required,
} from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { parseCidr, validateLegacyCidr } from "../validation/cidr.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { labelValue, validateLabelKey } from "../validation/labels.ts";
import { nameIsDnsSubdomain } from "../validation/names.ts";
import { fieldsOf, hasEntries, isSet, structsOf, textOf, textsOf } from "../validation/read-value.ts";
import { roundResourceList } from "../validation/resource-list.ts";
import { keepStored } from "./keep-stored.ts";
import { sameTexts } from "./service-type.ts";

const notReady: Readonly<ValueMap> = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };
const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

const validateTaints = (node: LiveObject): readonly FieldError[] => {
  const seen = new Set<string>();
  return structsOf(fieldsOf(node["spec"])["taints"]).flatMap((taint, index) => {
    const at = `metadata.taints[${index}]`;
    const [key, value, effect] = [textOf(taint["key"]), textOf(taint["value"]), textOf(taint["effect"])];
    const errors = [...validateLabelKey(key, `${at}.key`)];
    const wrongValue = labelValue(value);
    if (wrongValue.length > 0) errors.push(invalid(`${at}.value`, value, wrongValue.join(";")));
    if (effect === "") errors.push(required(`${at}.effect`));
    else if (!effects.includes(effect)) errors.push(ofNamedType(notSupportedAsListed(`${at}.effect`, effect, effects)));
    if (seen.has(`${effect} ${key}`))
      errors.push({
        ...duplicate(at, { Key: key, Value: value, Effect: effect, TimeAdded: taint["timeAdded"] ?? null }),
        detail: "taints must be unique by key and effect pair",
      });
    seen.add(`${effect} ${key}`);
    return errors;
  });
};

/** At most one network of each family; one that cannot be read spoils the check, too. */
const validateFamilies = (cidrs: readonly string[], field: string): readonly FieldError[] => {
  if (cidrs.length < 2) return [];
  const families = new Set(cidrs.map((cidr) => parseCidr(cidr)?.address.octets.length));
  const unreadable = cidrs.findIndex((cidr) => parseCidr(cidr) === undefined);
  const why = `invalid CIDR[${unreadable}]: <nil> (invalid CIDR address: ${cidrs[unreadable]})`;
  const detail = `invalid PodCIDRs. failed to check with dual stack with error:${why}`;
  const isDual = unreadable < 0 && families.size === 2 && cidrs.length === 2;
  return [
    ...(unreadable < 0 ? [] : [{ type: "InternalError", field, detail } as const]),
    ...(isDual ? [] : [invalid(field, [...cidrs], "may specify no more than one CIDR for each IP family")]),
  ];
};

const validatePodCidrs = (node: LiveObject): readonly FieldError[] => {
  const cidrs = textsOf(fieldsOf(node["spec"])["podCIDRs"]);
  const field = "spec.podCIDRs";
  return [
    ...cidrs.flatMap((cidr, index) => validateLegacyCidr(cidr, `${field}[${index}]`)),
    ...validateFamilies(cidrs, field),
  ];
};

const validate = (node: LiveObject): readonly FieldError[] => [
  ...validateCoreObjectMeta(node, false, nameIsDnsSubdomain),
  ...validateTaints(node),
  ...validatePodCidrs(node),
];

const onceSet = 'except from "" to valid';

const validateChange = (node: LiveObject, old: LiveObject): readonly FieldError[] => {
  const [spec, before] = [fieldsOf(node["spec"]), fieldsOf(old["spec"])];
  const provider = textOf(before["providerID"]);
  const cidrs = textsOf(before["podCIDRs"]);
  return [
    ...(cidrs.length > 0 && !sameTexts(cidrs, textsOf(spec["podCIDRs"]))
      ? [forbidden("spec.podCIDRs", `node updates may not change podCIDR ${onceSet}`)]
      : []),
    ...(provider !== "" && provider !== textOf(spec["providerID"])
      ? [forbidden("spec.providerID", `node updates may not change providerID ${onceSet}`)]
      : []),
    ...validateTaints(node),
  ];
};

/** The older single field leads where the two disagree, as the server's conversion has it. */
const agreeOnPodCidrs = (spec: ValueMap): void => {
  const single = textOf(spec["podCIDR"]);
  const [first] = textsOf(spec["podCIDRs"]);
  if (single !== "" && single !== first) spec["podCIDRs"] = [single];
  else if (first !== undefined && first !== "") spec["podCIDR"] = first;
};

const applyDefaults = (node: LiveObject): void => {
  const { status } = node;
  if (isMap(node["spec"])) agreeOnPodCidrs(node["spec"]);
  if (!isMap(status)) return;
  roundResourceList(status["capacity"]);
  if (!hasEntries(status["allocatable"]) && isMap(status["capacity"]))
    status["allocatable"] = { ...status["capacity"] };
  roundResourceList(status["allocatable"]);
};

/** A new node takes no pods before its kubelet says that it is ready (admission TaintNodesByCondition). */
const taintNotReady = (node: LiveObject): void => {
  const spec = isMap(node["spec"]) ? node["spec"] : {};
  node["spec"] = spec;
  delete spec["configSource"];
  const taints = structsOf(spec["taints"]);
  const has = taints.some((taint) => taint["key"] === notReady["key"] && taint["effect"] === notReady["effect"]);
  if (!has) spec["taints"] = [...taints, { ...notReady }];
};

/** The least of a Node: names, taints, what may be set once. */
export const node: KindStrategy = {
  validatesMetadata: true,
  applyDefaults,
  prepareForCreate: taintNotReady,
  prepareForUpdate: (object, old) => {
    keepStored(object, old, "status");
    if (!isSet(fieldsOf(old["spec"])["configSource"]) && isMap(object["spec"])) delete object["spec"]["configSource"];
  },
  validateCreate: validate,
  validateUpdate: (object, old) => [
    ...validate(object),
    ...validateCoreObjectMetaUpdate(object, old),
    ...validateChange(object, old),
  ],
  status: {
    prepareForUpdate: (object, old) => keepStored(object, old, "spec"),
    validateUpdate: validateCoreObjectMetaUpdate,
  },
  resetFields: { main: [["status"]], status: [["spec"]] },
};
