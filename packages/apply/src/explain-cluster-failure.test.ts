import type { ApiErrorClass } from "@evenkeel/words";
import { expect, test } from "vitest";

import { explainClusterFailure } from "./explain-cluster-failure.ts";

test.each<readonly [ApiErrorClass, string, string]>([
  ["FORBIDDEN", "Forbidden", ""],
  ["TRANSIENT", "ApiUnavailable", ""],
  ["NOT_FOUND", "ApiUnavailable", "look at the API server"],
])("why a cluster cannot be read is explained by its class %s", (errorClass, code, remedy) => {
  const reason = explainClusterFailure("prod", { errorClass, message: "no" });
  expect([reason.code, reason.message]).toEqual([code, "cluster prod: no"]);
  expect(reason.remedy).not.toBe("");
  if (remedy !== "") expect(reason.remedy).toBe(remedy);
});
