import type { ApiErrorClass } from "@evenkeel/words";
import { describe, expect, test } from "vitest";

import { consequenceOf } from "./error-consequence.ts";
import type { CallVerb } from "./error-consequence.ts";

describe("an answer of the API server", () => {
  test.each<[ApiErrorClass, CallVerb, string]>([
    ["CONFLICT", "apply", "field-conflict"],
    ["STALE", "apply", "decide-again"],
    ["INVALID", "apply", "hold ObjectInvalid, looked at again"],
    ["TRANSIENT", "apply", "retry ApiUnavailable"],
    ["THROTTLED", "apply", "retry ApiUnavailable"],
    ["DENIED", "apply", "hold AdmissionDenied, looked at again"],
    ["DENIED", "delete", "hold PruneDenied, looked at again"],
    ["KIND_UNKNOWN", "apply", "wait KindMissing"],
    ["KIND_UNKNOWN", "delete", "wait KindMissing"],
    ["NAMESPACE_MISSING", "apply", "wait NamespaceMissing"],
    ["NAMESPACE_TERMINATING", "apply", "wait DeleteStuck"],
    ["NOT_FOUND", "delete", "done"],
    ["QUOTA", "apply", "hold QuotaExceeded, looked at again"],
    ["FORBIDDEN", "apply", "hold Forbidden, looked at again"],
    ["AUTH", "apply", "hold AuthFailed, looked at again"],
    ["UNIDENTIFIED", "apply", "hold Forbidden, looked at again"],
    ["CUT_SHORT", "delete", "retry ApiUnavailable"],
    ["TOO_LARGE", "apply", "hold LimitExceeded, for good"],
    ["TLS", "read", "hold TlsInvalid, looked at again"],
    ["PROTOCOL", "apply", "retry ApiProtocolError"],
  ])("%s to %s means %s", (errorClass, verb, wanted) => {
    const consequence = consequenceOf(errorClass, verb);
    const code = "code" in consequence ? ` ${consequence.code}` : "";
    const again = consequence.kind === "hold" ? (consequence.recheck ? ", looked at again" : ", for good") : "";
    expect(`${consequence.kind}${code}${again}`).toBe(wanted);
  });
});
