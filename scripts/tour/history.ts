import type { HistoryItem } from "@evenkeel/contracts";

import type { Stage } from "./step.ts";

/** What was written to a unit, newest first, as the ledger says. */
export const getHistory = async (stage: Stage, app: string): Promise<readonly HistoryItem[]> =>
  (await stage.status.getHistory({ cluster: stage.cluster, app }, { signal: stage.signal })).items;
