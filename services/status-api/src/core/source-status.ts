import type { SourceStatus } from "@evenkeel/contracts";

import type { SourceRecord } from "./source-record.ts";

/** The status of one source. */
export const sourceStatus = ({ condition, observed, source }: SourceRecord): SourceStatus => ({
  source,
  revision: observed?.revision ?? "",
  seq: observed?.seq ?? 0n,
  gitRef: observed?.gitRef ?? "",
  url: observed?.url ?? "",
  acceptedAt: observed?.observedAt,
  condition,
});
