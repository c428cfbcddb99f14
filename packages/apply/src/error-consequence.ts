import type { ApiErrorClass, ReasonCode } from "@evenkeel/words";

export type CallVerb = "apply" | "delete" | "read";

/**
 * What follows from a failed call.
 * - `retry`: again with jitter; the write may have happened, and an apply may be repeated.
 * - `wait`: again once what is missing is there, at the latest at the next look.
 * - `hold`: the unit waits; `recheck` says whether time alone may end it (the cause is outside Git).
 * - `decide-again`: read the object and plan it anew. `field-conflict`: a table of its own. `done`: no error.
 */
export type Consequence =
  | { readonly kind: "done" | "decide-again" | "field-conflict" }
  | { readonly kind: "retry" | "wait"; readonly code: ReasonCode; readonly remedy: string }
  | { readonly kind: "hold"; readonly code: ReasonCode; readonly recheck: boolean; readonly remedy: string };

const hold = (code: ReasonCode, recheck: boolean, remedy: string): Consequence => ({
  kind: "hold",
  code,
  recheck,
  remedy,
});
const retry = (code: ReasonCode, remedy: string): Consequence => ({ kind: "retry", code, remedy });
const waitFor = (code: ReasonCode, remedy: string): Consequence => ({ kind: "wait", code, remedy });

const UNAVAILABLE = retry("ApiUnavailable", "nothing: it is tried again; look at the API server if it lasts");

/** What an answer of the API server means for an apply. */
const ON_APPLY = {
  CONFLICT: { kind: "field-conflict" },
  STALE: { kind: "decide-again" },
  INVALID: hold("ObjectInvalid", true, "correct the field in Git, or what it refers to on the cluster"),
  TRANSIENT: UNAVAILABLE,
  THROTTLED: UNAVAILABLE,
  DENIED: hold("AdmissionDenied", true, "satisfy the policy in Git, or have it changed"),
  KIND_UNKNOWN: waitFor("KindMissing", "install the CustomResourceDefinition, or correct apiVersion and kind"),
  NAMESPACE_MISSING: waitFor(
    "NamespaceMissing",
    "declare the Namespace in an application: it is never made implicitly",
  ),
  NOT_FOUND: { kind: "decide-again" },
  NAMESPACE_TERMINATING: waitFor("DeleteStuck", "wait until the namespace is gone, and see what holds its deletion"),
  QUOTA: hold("QuotaExceeded", true, "raise the quota, or ask for less in Git"),
  FORBIDDEN: hold("Forbidden", true, "grant the application's ServiceAccount this verb on this resource"),
  AUTH: hold("AuthFailed", true, "renew the cluster's credentials"),
  TOO_LARGE: hold("LimitExceeded", false, "make the object smaller"),
  LEGACY: hold("ObjectInvalid", false, "this kind has no server-side apply: manage it elsewhere"),
  GONE: UNAVAILABLE,
  TLS: hold("TlsInvalid", true, "correct the certificate authority or renew the certificate"),
  UNIDENTIFIED: hold(
    "Forbidden",
    true,
    "allow whoever the Cluster's connection acts as to get the namespace kube-system: a cluster is known by it",
  ),
  CUT_SHORT: retry(
    "ApiUnavailable",
    "let what stands before the API server keep a connection open for more than one request, or connect to the API server itself",
  ),
  PROTOCOL: retry("ApiProtocolError", "look at what answers in place of the API server"),
} as const satisfies Readonly<Record<ApiErrorClass, Consequence>>;

/** Where a delete differs: a 404 Status means done, a refusal keeps the inventory entry. */
const ON_DELETE: Partial<Readonly<Record<ApiErrorClass, Consequence>>> = {
  NOT_FOUND: { kind: "done" },
  DENIED: hold("PruneDenied", true, "allow the deletion in the policy, or keep the object in Git"),
  NAMESPACE_MISSING: { kind: "done" },
};

/** What follows from an answer of this class to a call of this verb. */
export const consequenceOf = (errorClass: ApiErrorClass, verb: CallVerb): Consequence =>
  (verb === "delete" ? ON_DELETE[errorClass] : undefined) ?? ON_APPLY[errorClass];
