import { stateOf } from "@evenkeel/drift";
import type { EventContext } from "@evenkeel/drift";
import { healthOf } from "@evenkeel/health";
import { canonicalJson } from "@evenkeel/resource";
import type { Json, KubeObject } from "@evenkeel/resource";

import { askServer } from "./ask-server.ts";
import type { ServerWord } from "./ask-server.ts";
import type { Found } from "./core/found.ts";
import { lookAtObject } from "./core/look-at-object.ts";
import { nextLookMs } from "./core/next-look.ts";
import type { Doubt } from "./core/next-look.ts";
import type { DetectorDeps } from "./detector-deps.ts";
import { createDueLooks } from "./due-looks.ts";
import { noteEnding, openGoneJudge } from "./judge-gone.ts";
import { isRunOpen } from "./tracked.ts";
import type { Tracked } from "./tracked.ts";

/** Judges what is seen of objects: without a call where the local tests hold, by a dry-run where they do not. */
export interface Judge {
  observe(tracked: Tracked, object: KubeObject): void;
  /** It left the watch's selection; `last` is its last state, where an event carried it. */
  gone(tracked: Tracked, last: KubeObject | undefined): void;
  /** Judges again what was seen before: the record or the unit's run changed. */
  again(tracked: Tracked): void;
}

/** Opens the judge of one cluster; `onVerdict` is told of every change, `signal` ends what is in hand. */
export const openJudge = (deps: DetectorDeps, onVerdict: (tracked: Tracked) => void, signal: AbortSignal): Judge => {
  const { clock, log } = deps;
  const context: EventContext = {
    hashKey: deps.hashKey,
    masks: deps.masks,
    versionsOrdered: deps.versionsOrdered,
  };

  const settle = (tracked: Tracked, finding: Found | undefined): void => {
    const isNew = finding !== undefined && tracked.finding?.verdict !== finding.verdict;
    if (tracked.eventAt !== undefined) {
      const ms = clock.now().getTime() - tracked.eventAt.getTime();
      if (finding !== undefined) deps.metrics.driftDetect.record(ms / 1000, { cluster: deps.cluster });
    }
    if (isNew) deps.metrics.drift.add(1, { cluster: deps.cluster, kind: tracked.ref.kind, class: classOf(finding) });
    tracked.finding = finding;
    tracked.eventAt = undefined;
    if (finding?.verdict !== "UNVERIFIABLE") {
      tracked.looks = 0;
      looksAgain.cancel(tracked);
    }
    if (finding === undefined) {
      tracked.live = undefined;
      tracked.confirmedState = "";
      tracked.isVerified = true;
    } else tracked.isVerified = false;
    onVerdict(tracked);
  };

  const found = (tracked: Tracked, verdict: Found["verdict"], rest: Partial<Found> = {}): Found => ({
    ref: tracked.ref,
    uid: tracked.live?.metadata.uid ?? "",
    resourceVersion: tracked.live?.metadata.resourceVersion ?? "",
    verdict,
    differences: [],
    managers: [],
    detail: "",
    inventoryRevision: tracked.of.inventoryRevision,
    written: tracked.written,
    ...rest,
    onset: onsetOf(tracked, verdict) ?? tracked.eventAt ?? clock.now(),
  });

  /** Nobody can say how it stands: told with the cause, and looked at again without an event, for the cause may go without one. */
  const unsure = (tracked: Tracked, doubt: Doubt, because: string): void => {
    const waitMs = nextLookMs(doubt, tracked.looks);
    tracked.looks += 1;
    if (waitMs === undefined) looksAgain.cancel(tracked);
    else looksAgain.set(tracked, waitMs);
    settle(tracked, found(tracked, "UNVERIFIABLE", { detail: because }));
  };
  const looksAgain = createDueLooks<Tracked>(
    clock,
    (tracked) => {
      if (tracked.finding?.verdict !== "UNVERIFIABLE" || !tracked.isDesired) return;
      tracked.confirmedState = "";
      again(tracked);
    },
    signal,
  );

  const stateText = (object: KubeObject, tracked: Tracked): string => {
    try {
      const empty = new Set(tracked.record?.empty);
      const state = stateOf(object, empty, context.hashKey, context.masks);
      return state === undefined
        ? ""
        : canonicalJson([object.metadata.uid ?? "", state.own, state.values, state.order] as Json);
    } catch {
      return "";
    }
  };

  const look = (tracked: Tracked, object: KubeObject): void => {
    if (!tracked.isDesired) {
      // What becomes of it is the applier's to say; it is judged again if it is wanted again.
      tracked.live = object;
      tracked.isVerified = false;
      return;
    }
    const decided = lookAtObject(object, tracked.record, isRunOpen(tracked.of), context);
    switch (decided.kind) {
      case "park":
        tracked.live = object;
        return;
      case "older":
        return;
      case "in-sync":
        tracked.record = decided.record;
        return settle(tracked, undefined);
      case "terminating": {
        const held = decided.finalizers.length > 0 ? `, held by ${decided.finalizers.join(", ")}` : "";
        tracked.live = object;
        const detail = `deletion since ${decided.since}${held}`;
        return terminating(tracked, found(tracked, "TERMINATING", { detail }));
      }
      case "confirm": {
        tracked.live = object;
        tracked.isVerified = false;
        const state = stateText(object, tracked);
        const isKnown = tracked.finding !== undefined && state !== "" && state === tracked.confirmedState;
        if (isKnown && tracked.finding?.inventoryRevision === tracked.of.inventoryRevision) return;
        void confirm(tracked);
      }
    }
  };

  const confirm = async (tracked: Tracked): Promise<void> => {
    if (tracked.isConfirming) {
      tracked.confirmAgain = true;
      return;
    }
    tracked.isConfirming = true;
    try {
      do {
        tracked.confirmAgain = false;
        await confirmOnce(tracked);
      } while (tracked.confirmAgain && !signal.aborted);
    } catch (error) {
      if (signal.aborted) return;
      log.warn("a candidate could not be confirmed", { ref: tracked.ref, error });
      unsure(tracked, "unread", "what it is compared with could not be read");
    } finally {
      tracked.isConfirming = false;
    }
  };

  const confirmOnce = async (tracked: Tracked): Promise<void> => {
    const word = await askServer(deps, tracked, signal);
    if (word.kind === "gone") return gone(tracked, undefined);
    // What changed while the server was asked is judged anew, with the new record.
    if (word.kind === "overtaken") return again(tracked);
    if (word.kind !== "judged" && word.kind !== "in-doubt") return;
    tracked.confirmedState = tracked.live === undefined ? "" : stateText(tracked.live, tracked);
    if (word.kind === "judged") conclude(tracked, word.confirmation);
    else unsure(tracked, word.doubt, word.because);
  };

  const conclude = (tracked: Tracked, confirmation: Sure): void => {
    switch (confirmation.verdict) {
      case "IN_SYNC":
        tracked.record = confirmation.record;
        return settle(tracked, undefined);
      case "OWN":
        return settle(tracked, found(tracked, "OWN", { managers: confirmation.managers }));
      case "DRIFT":
      case "ORDER": {
        const { differences, managers, verdict } = confirmation;
        return settle(tracked, found(tracked, verdict, { differences, managers }));
      }
    }
  };

  const dueLooks = createDueLooks<Tracked>(
    clock,
    (tracked) => {
      if (tracked.waiting === undefined) return;
      judgeHealth(tracked, tracked.waiting.object, tracked.waiting.seen);
      onVerdict(tracked);
    },
    signal,
  );
  /** Some health ends by time alone: then the object is kept and judged again. A touch of it does not begin that time anew. */
  const judgeHealth = (tracked: Tracked, object: KubeObject, now: Date): void => {
    const { waiting } = tracked;
    const isSame = waiting?.object.metadata.uid === object.metadata.uid;
    const seen = isSame && waiting !== undefined ? waiting.seen : now;
    tracked.health = healthOf(object, clock.now(), seen);
    const { standsForMs } = tracked.health;
    tracked.waiting = standsForMs === undefined ? undefined : { object, seen };
    if (standsForMs === undefined) dueLooks.cancel(tracked);
    else dueLooks.set(tracked, standsForMs);
  };

  const observe = (tracked: Tracked, object: KubeObject): void => {
    tracked.seenVersion = object.metadata.resourceVersion ?? "";
    tracked.isGone = false;
    tracked.isDone = false;
    tracked.eventAt ??= clock.now();
    noteEnding(tracked, object, clock.now());
    judgeHealth(tracked, object, clock.now());
    look(tracked, object);
    onVerdict(tracked);
  };

  const { gone, check, terminating } = openGoneJudge(deps, { settle, found, unsure, observe }, signal);

  const again = (tracked: Tracked): void => {
    if (tracked.isGone) return gone(tracked, undefined);
    if (tracked.live !== undefined) return look(tracked, tracked.live);
    const { record, seenVersion } = tracked;
    if (record === undefined || isRunOpen(tracked.of)) return;
    if (seenVersion === record.resourceVersion) return settle(tracked, undefined);
    // Something newer than the record was seen and let go: read it again. Something older: its event is on the way.
    const isNewer = seenVersion !== "" && deps.versionsOrdered && BigInt(seenVersion) > BigInt(record.resourceVersion);
    if (isNewer || (seenVersion !== "" && !deps.versionsOrdered)) {
      tracked.isGone = true;
      check(tracked);
    }
  };
  return { observe, gone, again };
};

type Sure = Extract<ServerWord, { readonly kind: "judged" }>["confirmation"];

/** What turns out to be drift began when nobody could say yet. */
const onsetOf = ({ finding }: Tracked, verdict: Found["verdict"]): Date | undefined =>
  finding?.verdict === verdict || finding?.verdict === "UNVERIFIABLE" ? finding.onset : undefined;

const HUMAN = /^(?:kubectl|Mozilla|k9s|Lens|node-fetch|helm|before-first-apply)/;

/** Who is behind a finding, as far as manager names tell. */
const classOf = (finding: Found): string => {
  const [first] = finding.managers;
  if (first === undefined || first.manager === "unknown") return "unknown";
  return HUMAN.test(first.manager) ? "human" : "controller";
};
