import type { ApiErrorClass } from "@evenkeel/words";

import { consequenceOf } from "./error-consequence.ts";

/** An API error as far as it is explained. */
export interface ClusterFailure {
  readonly errorClass: ApiErrorClass;
  readonly message: string;
}

/** Why a cluster cannot be worked on, from an error of a read: a class that has no consequence of its own is unavailability. */
export const explainClusterFailure = (cluster: string, failure: ClusterFailure) => {
  const consequence = consequenceOf(failure.errorClass, "read");
  const named = "code" in consequence ? consequence : undefined;
  return {
    code: named?.code ?? ("ApiUnavailable" as const),
    message: `cluster ${cluster}: ${failure.message}`,
    remedy: named?.remedy ?? "look at the API server",
  };
};
