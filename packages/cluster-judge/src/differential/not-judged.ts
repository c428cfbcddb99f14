// What the embedded cluster does not model and a comparison passes over. The README of packages/embedded-cluster names it, too.
import type { Value, ValueMap } from "@evenkeel/embedded-cluster";
import { isMap } from "@evenkeel/embedded-cluster";

const MODELLED_WARNINGS: readonly RegExp[] = [
  /^(?:json patch )?(?:unknown|duplicate) field \\?"/,
  /^metadata\.finalizers: /,
  /^\.metadata\.ownerReferences contains duplicate/,
];

/** Warnings about what a pod or a Service holds are not given. */
export const judgedWarnings = (warnings: readonly string[]): readonly string[] =>
  warnings.filter((warning) => MODELLED_WARNINGS.some((form) => form.test(warning)));

/** Where words about a body or a selector that cannot be read begin. */
const UNREADABLE: readonly RegExp[] = [
  /(?<=cannot be handled as an? \w+: )(?!strict decoding error|json patch)[^]*$/,
  /(?<=json parse error: |error decoding patch: |continue key is not valid: )[^]*$/,
  /(?<=unable to parse requirement: )[^]*$/,
  /(?<=: )(?:json: cannot unmarshal |quantities must match |parsing time |illegal base64 |error decoding from json: )[^]*$/,
];
const UNREADABLE_ALONE = /^(?:invalid character |unexpected end of JSON|json: cannot unmarshal )[^]*$/;
const SELECTOR = /^found '.*expected[^]*$/;

/** Refusals are told in the server's words, but for why a body or selector cannot be read, and for values that are quoted or compared. */
export const judgedText = (text: string): string =>
  UNREADABLE.reduce((told, form) => told.replace(form, "<why>"), text)
    .replace(UNREADABLE_ALONE, "<why>")
    .replace(SELECTOR, "unable to parse requirement: <why>")
    .replaceAll(/Invalid value: (?:\{.*?\}|\[.*?\]): field is immutable/g, "Invalid value: <value>: field is immutable")
    .replace(/(Forbidden: (?:spec is immutable after creation|pod updates may not change fields))[^]*$/, "$1");

/** Causes of one refusal as a set: the server looks at metadata once or twice, kind by kind. */
export const judgedCauses = (status: ValueMap): void => {
  const details = status["details"];
  if (!isMap(details) || !Array.isArray(details["causes"])) return;
  const seen = new Set<string>();
  details["causes"] = details["causes"].filter((cause) => {
    const key = JSON.stringify(cause);
    return !seen.has(key) && seen.add(key);
  });
};

interface Answer {
  readonly status: number;
  readonly body: Value;
}

const messageOf = (body: Value): string => {
  const message = isMap(body) ? body["message"] : undefined;
  return typeof message === "string" ? message : "";
};

const KEPT = /immutable|may not change|cannot change|are forbidden|may not be unset|updates may not/;

/**
 * The real server refuses a field's value, the embedded one does not: what values a built-in kind's fields may have is not
 * modelled. From there on the two histories are different ones. What may not change is modelled.
 */
export const refusesUnjudged = (real: Answer, other: Answer | undefined): boolean =>
  real.status === 422 && other !== undefined && other.status !== 422 && !KEPT.test(messageOf(real.body));

const causesOf = (body: Value): readonly ValueMap[] => {
  const details = isMap(body) ? body["details"] : undefined;
  const causes = isMap(details) ? details["causes"] : undefined;
  return Array.isArray(causes) ? causes.filter(isMap) : [];
};

const isJudged = ({ field, message }: ValueMap): boolean =>
  String(field as string).startsWith("metadata.") || KEPT.test(String(message as string));

/** Both refuse an object of a built-in kind, and the real server does so for values, too: then only what is said of its metadata must be equal. */
export const judgedRefusals = (real: Answer, other: Answer): readonly [Value, Value] => {
  const details = isMap(real.body) ? real.body["details"] : undefined;
  const isCustom = isMap(details) && String(details["group"] as string).endsWith(".example.com");
  const isWhole = causesOf(real.body).every(isJudged);
  if (real.status !== 422 || other.status !== 422 || isCustom || isWhole) return [real.body, other.body];
  const ofMetadata = ({ body }: Answer): Value =>
    causesOf(body).filter(({ field }) => String(field as string).startsWith("metadata."));
  return [ofMetadata(real), ofMetadata(other)];
};
