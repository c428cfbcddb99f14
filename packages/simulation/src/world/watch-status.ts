import type { StatusServiceClient } from "@evenkeel/contracts";

import { judgeStatus } from "../oracles/judge-status.ts";
import type { LiveHistory } from "../oracles/live-history.ts";
import type { Tell } from "../oracles/violation.ts";
import type { VirtualTime } from "../time/virtual-time.ts";
import type { History } from "../truth/history.ts";

/** Between two looks at what status-apis show. */
const LOOK_MS = 1_000;

export interface StatusWatch {
  readonly time: VirtualTime;
  readonly history: History;
  readonly live: ReadonlyMap<string, LiveHistory>;
  /** Of the status-apis that run and are reached. */
  readonly clients: () => readonly StatusServiceClient[];
}

/** Asks each status-api for all units again and again, as a person would, and judges what it shows. */
export const watchStatus = ({ time, history, live, clients }: StatusWatch, tell: Tell): void => {
  const ask = async (client: StatusServiceClient): Promise<void> => {
    const { units } = await client.listUnits({});
    const nowMs = time.nowMs();
    for (const status of units)
      judgeStatus(status, { history, live: live.get(status.unit?.cluster ?? ""), nowMs }, tell);
  };
  const look = (): void => {
    time.after(LOOK_MS, look);
    for (const client of clients()) ask(client).catch(() => undefined); // not serving yet, or not any more
  };
  time.after(LOOK_MS, look);
};
