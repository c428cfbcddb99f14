import { isMap, type LiveObject } from "../../json.ts";
import { cameEmpty } from "../../schema/came-empty.ts";
import { type FieldError, invalid } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { validateLegacyIp } from "../validation/ip-address.ts";
import { dnsSubdomain, nameIsDnsSubdomain, wildcardDnsSubdomain } from "../validation/names.ts";
import { fieldsOf, itemsOf, structsOf, textOf, textsOf } from "../validation/read-value.ts";
import { firstGeneration, nextGenerationBySpec } from "./generation.ts";
import { validateIngressBackend } from "./ingress-backend.ts";
import { validateIngressRules, validateRuleValue } from "./ingress-rules.ts";
import { keepStored } from "./keep-stored.ts";
import { balancerWarnings, ingressPointsOf, validateHostname } from "./service-load-balancer.ts";

const classAnnotation = "kubernetes.io/ingress.class";

/** What is let through because the stored object has it. */
interface Allowed {
  readonly secretNames: boolean;
  readonly wildcardRules: boolean;
}

const secretNameFindings = (name: string): readonly string[] => (name === "" ? [] : nameIsDnsSubdomain(name, false));

const allowedBy = (old: LiveObject): Allowed => {
  const spec = fieldsOf(old["spec"]);
  return {
    secretNames: structsOf(spec["tls"]).some((tls) => secretNameFindings(textOf(tls["secretName"])).length > 0),
    wildcardRules: structsOf(spec["rules"]).some(
      (rule) => textOf(rule["host"]).includes("*") && validateRuleValue(rule, "").length > 0,
    ),
  };
};

const validateTls = (object: LiveObject, allowed: Allowed): readonly FieldError[] =>
  structsOf(fieldsOf(object["spec"])["tls"]).flatMap((tls, index) => {
    const at = `spec.tls[${index}]`;
    const secretName = textOf(tls["secretName"]);
    return [
      ...textsOf(tls["hosts"]).flatMap((host, position) =>
        (host.includes("*") ? wildcardDnsSubdomain : dnsSubdomain)(host).map((text) =>
          invalid(`${at}.hosts[${position}]`, host, text),
        ),
      ),
      ...(allowed.secretNames
        ? []
        : secretNameFindings(secretName).map((text) => invalid(`${at}.secretName`, secretName, text))),
    ];
  });

const validate = (object: LiveObject, allowed: Allowed): readonly FieldError[] => {
  const spec = fieldsOf(object["spec"]);
  const errors = [...validateCoreObjectMeta(object, true, nameIsDnsSubdomain)];
  const backend = spec["defaultBackend"];
  if (itemsOf(spec["rules"]).length === 0 && !isMap(backend))
    errors.push(
      invalid("spec", cameEmpty(spec, "rules") ? [] : null, "either `defaultBackend` or `rules` must be specified"),
    );
  if (isMap(backend)) errors.push(...validateIngressBackend(backend, "spec.defaultBackend"));
  errors.push(
    ...validateIngressRules(spec["rules"], "spec.rules", allowed.wildcardRules),
    ...validateTls(object, allowed),
  );
  const className = spec["ingressClassName"];
  if (typeof className === "string")
    errors.push(...dnsSubdomain(className).map((text) => invalid("spec.ingressClassName", className, text)));
  return errors;
};

const annotatedClass = (object: LiveObject): string | undefined => {
  const annotations = fieldsOf(object.metadata["annotations"]);
  return Object.hasOwn(annotations, classAnnotation) ? textOf(annotations[classAnnotation]) : undefined;
};

const validateClass = (object: LiveObject): readonly FieldError[] => {
  const annotated = annotatedClass(object);
  const named = fieldsOf(object["spec"])["ingressClassName"];
  return annotated !== undefined && typeof named === "string" && annotated !== named
    ? [invalid(`annotations.${classAnnotation}`, annotated, "must match `ingressClassName` when both are specified")]
    : [];
};

const validateStatus = (object: LiveObject, old: LiveObject): readonly FieldError[] => {
  const stored = ingressPointsOf(old).map((point) => textOf(point["ip"]));
  return ingressPointsOf(object).flatMap((point, index) => {
    const at = `status.loadBalancer.ingress[${index}]`;
    const ip = textOf(point["ip"]);
    return [
      ...(ip === "" ? [] : validateLegacyIp(ip, `${at}.ip`, stored)),
      ...validateHostname(textOf(point["hostname"]), `${at}.hostname`),
    ];
  });
};

export const ingress: KindStrategy = {
  validatesMetadata: true,
  prepareForCreate: (object) => {
    object["status"] = { loadBalancer: {} };
    firstGeneration(object);
  },
  prepareForUpdate: (object, old) => {
    keepStored(object, old, "status");
    nextGenerationBySpec(object, old);
  },
  validateCreate: (object) => [
    ...validate(object, { secretNames: false, wildcardRules: false }),
    ...validateClass(object),
  ],
  validateUpdate: (object, old) => [...validateCoreObjectMetaUpdate(object, old), ...validate(object, allowedBy(old))],
  warnings: (object, old) =>
    old === undefined &&
    annotatedClass(object) !== undefined &&
    typeof fieldsOf(object["spec"])["ingressClassName"] !== "string"
      ? [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
  status: {
    prepareForUpdate: (object, old) => keepStored(object, old, "spec"),
    validateUpdate: (object, old) => [...validateCoreObjectMetaUpdate(object, old), ...validateStatus(object, old)],
    warnings: balancerWarnings,
  },
  resetFields: { main: [["status"]], status: [["spec"]] },
};
