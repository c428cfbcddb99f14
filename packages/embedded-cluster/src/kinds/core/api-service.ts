import { isMap, type LiveObject } from "../../json.ts";
import { type FieldError, invalid, notSupportedAsListed, ofNamedType, required } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { goQuote } from "../validation/go-quote.ts";
import { dns1035Label, dnsSubdomain, pathSegment, portNumber } from "../validation/names.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { fieldsOf, numberOf, structsOf, textOf } from "../validation/read-value.ts";
import { bytesIn } from "./bytes.ts";
import { keepStored, keepStoredMetadata } from "./keep-stored.ts";
import { defaultServicePort } from "./webhook-client.ts";

const validateTarget = (object: LiveObject): readonly FieldError[] => {
  const spec = fieldsOf(object["spec"]);
  const { service, caBundle } = spec;
  const bundle = typeof caBundle === "string" ? bytesIn(caBundle) : 0;
  const insecure = spec["insecureSkipTLSVerify"] === true;
  if (!isMap(service))
    return [
      ...(bundle > 0 ? [invalid("spec.caBundle", `${bundle} bytes`, "local APIServices may not have a caBundle")] : []),
      ...(insecure
        ? [invalid("spec.insecureSkipTLSVerify", true, "local APIServices may not have insecureSkipTLSVerify")]
        : []),
    ];
  const port = numberOf(service["port"]);
  return [
    ...["namespace", "name"].filter((key) => textOf(service[key]) === "").map((key) => required(`spec.service.${key}`)),
    ...portNumber(port).map((text) => invalid("spec.service.port", port, `port is not valid: ${text}`)),
    ...(insecure && bundle > 0
      ? [invalid("spec.insecureSkipTLSVerify", true, "may not be true if caBundle is present")]
      : []),
  ];
};

const validate = (object: LiveObject): readonly FieldError[] => {
  const spec = fieldsOf(object["spec"]);
  const [group, version] = [textOf(spec["group"]), textOf(spec["version"])];
  const wanted = `${version}.${group}`;
  const nameRule = (name: string): readonly string[] => {
    const unfit = pathSegment(name, false);
    if (unfit.length > 0) return unfit;
    return name === wanted ? [] : [`must be \`spec.version+"."+spec.group\`: ${goQuote(wanted)}`];
  };
  const [groupPriority, versionPriority] = [numberOf(spec["groupPriorityMinimum"]), numberOf(spec["versionPriority"])];
  return [
    ...validateObjectMeta(object, false, nameRule),
    ...(group === "" && version !== "v1"
      ? [required("spec.group", "only v1 may have an empty group and it better be legacy kube")]
      : []),
    ...(group === "" ? [] : dnsSubdomain(group).map((text) => invalid("spec.group", group, text))),
    ...dns1035Label(version).map((text) => invalid("spec.version", version, text)),
    ...(groupPriority > 0 && groupPriority <= 20_000
      ? []
      : [invalid("spec.groupPriorityMinimum", groupPriority, "must be positive and less than 20000")]),
    ...(versionPriority > 0 && versionPriority <= 1000
      ? []
      : [invalid("spec.versionPriority", versionPriority, "must be positive and less than 1000")]),
    ...validateTarget(object),
  ];
};

/** Groups that the server has itself are there at once. */
const localCondition = (now: string) => ({
  type: "Available",
  status: "True",
  lastTransitionTime: now,
  reason: "Local",
  message: "Local APIServices are always available",
});

export const apiService: KindStrategy = {
  validatesMetadata: true,
  validateName: (name) => pathSegment(name, false),
  applyDefaults: (object) => defaultServicePort(fieldsOf(object["spec"])),
  prepareForCreate: (object, context) => {
    const isLocal = !isMap(fieldsOf(object["spec"])["service"]);
    object["status"] = isLocal ? { conditions: [localCondition(context.now)] } : {};
  },
  prepareForUpdate: (object, old) => keepStored(object, old, "status"),
  validateCreate: validate,
  validateUpdate: (object, old) => [...validateObjectMetaUpdate(object, old), ...validate(object)],
  status: {
    prepareForUpdate: (object, old) => {
      keepStored(object, old, "spec");
      keepStoredMetadata(object, old);
    },
    validateUpdate: (object, old) => [
      ...validateObjectMetaUpdate(object, old),
      ...structsOf(fieldsOf(object["status"])["conditions"]).flatMap((condition, index) =>
        ["True", "False", "Unknown"].includes(textOf(condition["status"]))
          ? []
          : [
              ofNamedType(
                notSupportedAsListed(`status.conditions[${index}].status`, textOf(condition["status"]), [
                  "True",
                  "False",
                  "Unknown",
                ]),
              ),
            ],
      ),
    ],
  },
  resetFields: { main: [["status"]], status: [["spec"], ["metadata"]] },
  allowUnconditionalUpdate: false,
};
