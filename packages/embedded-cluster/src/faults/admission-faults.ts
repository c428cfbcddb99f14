import { isMap } from "../json.ts";
import type { LiveObject, Value, ValueMap } from "../json.ts";
import type { AdmissionHook, AdmissionReview, Denial } from "../server/hooks.ts";
import type { RequestFacts } from "./request-facts.ts";
import type { RuleStates } from "./rule-states.ts";

const VERBS: Readonly<Record<AdmissionReview["operation"], string>> = {
  CREATE: "create",
  UPDATE: "update",
  DELETE: "delete",
};

/** The name under which these hooks answer. */
export const FAULT_WEBHOOK = "faults.embedded.evenkeel.dev";
const ADMISSION = new Set(["admission"] as const);

/** A rule on admission sees what a webhook sees: `patch` is `create` or `update` there. */
const factsOfReview = (review: AdmissionReview): RequestFacts => ({
  verb: VERBS[review.operation],
  group: review.group,
  resource: review.plural,
  subresource: review.subresource,
  namespace: review.namespace,
  name: review.name,
  user: review.user.name,
  userAgent: "",
  fieldManager: review.fieldManager,
  dryRun: review.dryRun,
  title: `${review.operation} ${review.plural}/${review.namespace}/${review.name}`,
});

const setAt = (object: LiveObject, path: readonly string[], value: Value): void => {
  let at: ValueMap = object;
  for (const key of path.slice(0, -1)) {
    const next = at[key];
    const map: ValueMap = isMap(next) ? next : {};
    at[key] = map;
    at = map;
  }
  const last = path.at(-1);
  if (last !== undefined) at[last] = value;
};

/** One mutating hook for all admission rules of a script. */
export const admissionFaults = (rules: RuleStates): AdmissionHook => {
  let turn = 0;
  return {
    name: FAULT_WEBHOOK,
    review: (review): Denial | undefined => {
      for (const fault of rules.draw(ADMISSION, factsOfReview(review))) {
        if (fault.act !== "change") {
          const isDenied = fault.act === "deny";
          const message = fault.message ?? (isDenied ? "not today" : "connect: connection refused");
          return { message, kind: isDenied ? "denied" : "unavailable" };
        }
        turn += 1;
        const value = fault.varies === true && typeof fault.value === "string" ? `${fault.value}${turn}` : fault.value;
        if (review.object !== undefined) setAt(review.object, fault.path, value);
      }
      return undefined;
    },
  };
};
