import { isMap, type ValueMap } from "../../json.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../../kinds/field-error.ts";
import { dns1035Label } from "../../kinds/validation/names.ts";
import { fieldsOf, textOf, textsOf } from "../../kinds/validation/read-value.ts";

const known = ["v1", "v1beta1"];

const reviewVersionRules = (versions: readonly string[], path: string): readonly FieldError[] => {
  if (versions.length === 0) return [required(path)];
  const errors = versions.flatMap((version, index): readonly FieldError[] =>
    versions.indexOf(version) === index
      ? dns1035Label(version).map((text) => invalid(`${path}[${index}]`, version, text))
      : [invalid(`${path}[${index}]`, version, "duplicate version")],
  );
  return versions.some((version) => known.includes(version))
    ? errors
    : [...errors, invalid(path, [...versions], `must include at least one of ${known.join(", ")}`)];
};

/** A webhook may be declared; it is never called here. */
const webhookRules = (webhook: Readonly<ValueMap>, path: string): readonly FieldError[] => {
  const client = webhook["clientConfig"];
  const at = `${path}.webhookClientConfig`;
  const errors: FieldError[] = [];
  if (!isMap(client)) errors.push(required(at, "required when strategy is set to Webhook"));
  else if ((client["url"] === undefined) === (client["service"] === undefined))
    errors.push(required(at, "exactly one of url or service is required"));
  return [
    ...errors,
    ...reviewVersionRules(textsOf(webhook["conversionReviewVersions"]), `${path}.conversionReviewVersions`),
  ];
};

export const conversionRules = (conversion: ValueMap | undefined, path: string): readonly FieldError[] => {
  if (conversion === undefined) return [];
  const strategy = textOf(conversion["strategy"]);
  const webhook = fieldsOf(conversion["webhook"]);
  const allowed = ["None", "Webhook"];
  const errors: FieldError[] = [];
  if (strategy === "") errors.push(required(`${path}.strategy`));
  else if (!allowed.includes(strategy)) errors.push(notSupported(`${path}.strategy`, strategy, allowed));
  if (strategy === "Webhook") return [...errors, ...webhookRules(webhook, path)];
  const text = "should not be set when strategy is not set to Webhook";
  if (isMap(webhook["clientConfig"])) errors.push(forbidden(`${path}.webhookClientConfig`, text));
  if (textsOf(webhook["conversionReviewVersions"]).length > 0)
    errors.push(forbidden(`${path}.conversionReviewVersions`, text));
  return errors;
};
