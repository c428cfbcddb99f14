import type { LiveObject } from "../json.ts";
import type { ApiUser } from "./exchange.ts";

/** What an admission webhook would be told. */
export interface AdmissionReview {
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** A mutating hook may change it in place. Absent on DELETE. */
  readonly object?: LiveObject;
  readonly oldObject?: LiveObject;
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly user: ApiUser;
}

/** A hook's no. `name` is that of the webhook; the answer is `admission webhook "NAME" denied the request: TEXT`. */
export interface Denial {
  readonly message: string;
  /** HTTP status of the answer; 400 by default, as when a webhook's response names none. */
  readonly code?: number;
  /** `denied`: a decision; `unavailable`: 500 `failed calling webhook "NAME": TEXT`, as with failurePolicy Fail. */
  readonly kind?: "denied" | "unavailable";
}

/** A callback in the place of a webhook: changes `review.object` in place and returns nothing, or refuses. */
export interface AdmissionHook {
  readonly name: string;
  readonly review: (review: AdmissionReview) => Denial | undefined;
}

/** What an authorizer is asked. */
export interface AccessQuestion {
  readonly user: ApiUser;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Set instead of a resource for paths such as `/version`. */
  readonly nonResourcePath?: string;
}

/** True allows. The default allows everything. */
export type Authorizer = (question: AccessQuestion) => boolean;
