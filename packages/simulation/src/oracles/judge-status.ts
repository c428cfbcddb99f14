import { Sync } from "@evenkeel/contracts";
import type { UnitStatus } from "@evenkeel/contracts";

import { appsOf, wantedOf } from "../truth/desired.ts";
import { FLEET } from "../truth/do-work.ts";
import type { History } from "../truth/history.ts";
import type { LiveHistory } from "./live-history.ts";
import type { Tell } from "./violation.ts";

/** A status may be so much older than what is: what no event tells is seen by the next full compare, within 45 s of a watch. */
const OLDEST_MS = 150_000;

/**
 * Judges a status that is shown as true: what is said to be synced must have been live as that revision wants it, at some time
 * within the last minute. A status that is shown with a doubt says so itself.
 */
export const judgeStatus = (
  status: UnitStatus,
  {
    history,
    live,
    nowMs,
  }: { readonly history: History; readonly live: LiveHistory | undefined; readonly nowMs: number },
  tell: Tell,
): void => {
  const { unit, sync, revision, doubt, source, path } = status;
  if (sync !== Sync.SYNCED || doubt !== undefined || unit === undefined || live === undefined) return;
  const commit = history.commit(revision);
  if (commit === undefined)
    return tell("told.true", `${unit.app} on ${unit.cluster} is told synced at ${revision}, which nobody pushed`);
  const fleet = history.tip(FLEET)?.files ?? new Map<string, string>();
  const app = appsOf(fleet).find(({ name }) => name === unit.app);
  if (app === undefined) return; // removed or renamed meanwhile
  const wanted = wantedOf(
    { ...app, path: path === "" ? app.path : path, repository: source === "" ? app.repository : source },
    commit.files,
  );
  if (wanted === undefined || live.wasEver(wanted, nowMs - OLDEST_MS)) return;
  tell(
    "told.true",
    `${unit.app} on ${unit.cluster} is told synced at push ${commit.order}, and was not like that for ${OLDEST_MS / 1000} s`,
  );
};
