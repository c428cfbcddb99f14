import { descends } from "../truth/history.ts";
import type { History } from "../truth/history.ts";
import type { Tell } from "./violation.ts";

/** A tip that the installation has accepted, as it is stored. */
export interface SeenTip {
  readonly source: string;
  readonly revision: string;
  readonly seq: number;
}

/** Judges each tip as it is stored, by those before it. `isAgreed`: an Override names both commits. */
export const createTipJudge = (
  history: History,
  isAgreed: (source: string, from: string, to: string) => boolean,
  tell: Tell,
): ((tip: SeenTip) => void) => {
  const accepted = new Map<string, SeenTip>();
  const given = new Map<number, string>();
  return (tip) => {
    const last = accepted.get(tip.source);
    const commit = history.commit(tip.revision);
    if (commit === undefined) tell("history.no-rewrite", `${tip.source} follows ${tip.revision}, which nobody pushed`);
    if (last !== undefined && !descends(commit, last.revision) && !isAgreed(tip.source, last.revision, tip.revision))
      tell(
        "history.no-rewrite",
        `${tip.source} went from ${last.revision} to ${tip.revision}, which does not descend from it`,
      );
    const what = `${tip.source} at ${tip.revision}`;
    const other = given.get(tip.seq) ?? what;
    if (other !== what) tell("version.above-anchors", `${what} was numbered ${tip.seq}, which ${other} has`);
    if (last !== undefined && last.revision !== tip.revision && tip.seq <= last.seq)
      tell("version.above-anchors", `${what} was numbered ${tip.seq}, and was at ${last.seq} before`);
    given.set(tip.seq, what);
    accepted.set(tip.source, tip);
  };
};
