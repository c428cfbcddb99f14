import type { History, Pushed } from "../truth/history.ts";
import type { Tell } from "./violation.ts";

/** A tip that the installation has accepted, as it is stored. */
export interface SeenTip {
  readonly source: string;
  readonly revision: string;
  readonly seq: number;
}

const descends = (commit: Pushed | undefined, from: string): boolean => {
  for (let each = commit; each !== undefined; each = each.parent) if (each.id === from) return true;
  return false;
};

/** Judges each tip as it is stored, by those before it. `isAgreed`: an Override names both commits. */
export const createTipJudge = (
  history: History,
  isAgreed: (source: string, from: string, to: string) => boolean,
  tell: Tell,
): ((tip: SeenTip) => void) => {
  const accepted = new Map<string, SeenTip>();
  let highest = 0;
  return (tip) => {
    const last = accepted.get(tip.source);
    const commit = history.commit(tip.revision);
    if (commit === undefined) tell("history.no-rewrite", `${tip.source} follows ${tip.revision}, which nobody pushed`);
    if (last !== undefined && !descends(commit, last.revision) && !isAgreed(tip.source, last.revision, tip.revision))
      tell(
        "history.no-rewrite",
        `${tip.source} went from ${last.revision} to ${tip.revision}, which does not descend from it`,
      );
    if (last?.revision !== tip.revision && tip.seq <= highest)
      tell(
        "version.above-anchors",
        `${tip.source} at ${tip.revision} was numbered ${tip.seq}, and ${highest} was given out before`,
      );
    highest = Math.max(highest, tip.seq);
    accepted.set(tip.source, tip);
  };
};
