// What the embedded cluster does not model and a comparison passes over. The README of packages/embedded-cluster names it, too.
import type { Value, ValueMap } from "@evenkeel/embedded-cluster";
import { isMap } from "@evenkeel/embedded-cluster";

const MODELLED_WARNINGS: readonly RegExp[] = [/^unknown field \\?"/, /^\.metadata\.ownerReferences contains duplicate/];

/** Warnings about what a pod or a Service holds are not given. */
export const judgedWarnings = (warnings: readonly string[]): readonly string[] =>
  warnings.filter((warning) => MODELLED_WARNINGS.some((form) => form.test(warning)));

/** What nobody of ours sends is refused by both, for the same reason; in which words is not judged. */
const WORDLESS: readonly Value[] = [400, 405, 415, 422, 500];

const KEPT = /immutable|may not change|cannot change|are forbidden|may not be unset|updates may not/;

/** Of an invalid object each cause is judged by its reason and field, once, and by whether it says what may not change. A refused patch quotes the whole object. */
const judgedCause = (cause: Value): Value => {
  if (!isMap(cause)) return cause;
  const { field = null, message, reason = null } = cause;
  return { reason, field, isKept: field !== "patch" && KEPT.test(String(message as string)) };
};

/** What of a Status must be equal. */
export const judgedStatus = (status: ValueMap): ValueMap => {
  const { message: _message, details, ...judged } = status;
  const { code = null } = status;
  if (!WORDLESS.includes(code)) return status;
  if (code !== 422 || !isMap(details) || !Array.isArray(details["causes"])) return judged;
  const told = new Map(details["causes"].map(judgedCause).map((cause) => [JSON.stringify(cause), cause]));
  const causes = [...told].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, cause]) => cause);
  return { ...judged, details: { ...details, causes } };
};

interface Answer {
  readonly status: number;
  readonly body: Value;
}

const causesOf = (body: Value): readonly ValueMap[] => {
  const details = isMap(body) ? body["details"] : undefined;
  const causes = isMap(details) ? details["causes"] : undefined;
  return Array.isArray(causes) ? causes.filter(isMap) : [];
};

const isOfKept = ({ isKept }: ValueMap): boolean => isKept === true;
const isOfMetadata = ({ field }: ValueMap): boolean => String(field as string).startsWith("metadata.");

/**
 * The real server refuses a field's value, the embedded one does not: what values a built-in kind's fields may have is not
 * modelled. From there on the two histories are different ones. What may not change is modelled.
 */
export const refusesUnjudged = (real: Answer, other: Answer | undefined): boolean =>
  real.status === 422 && other !== undefined && other.status !== 422 && !causesOf(real.body).some(isOfKept);

/** Both refuse an object, and the real server does so for values, too: then only what is said of its metadata must be equal. */
export const judgedRefusals = (real: Answer, other: Answer): readonly [Value, Value] => {
  const isWhole = causesOf(real.body).every((cause) => isOfMetadata(cause) || isOfKept(cause));
  if (real.status !== 422 || other.status !== 422 || isWhole) return [real.body, other.body];
  const ofMetadata = ({ body }: Answer): Value => causesOf(body).filter(isOfMetadata);
  return [ofMetadata(real), ofMetadata(other)];
};
