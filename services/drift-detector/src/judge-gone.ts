import { hasEnded, healthOf } from "@evenkeel/health";
import type { Health } from "@evenkeel/health";
import { isApiError } from "@evenkeel/kube";
import { formatRef } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import { findRendered } from "./core/body-of.ts";
import type { Found } from "./core/found.ts";
import { isDone } from "./core/is-done.ts";
import type { LastSeen } from "./core/is-done.ts";
import type { Doubt } from "./core/next-look.ts";
import type { DetectorDeps } from "./detector-deps.ts";
import { isRunOpen } from "./tracked.ts";
import type { Tracked } from "./tracked.ts";
import { isTransient } from "./transient.ts";

/** What the judge of what is there does for the one of what is gone. */
export interface GoneContext {
  readonly found: (tracked: Tracked, verdict: Found["verdict"], rest?: Partial<Found>) => Found;
  /** It cannot be judged now: told, and looked at again. */
  readonly unsure: (tracked: Tracked, doubt: Doubt, because: string) => void;
  readonly settle: (tracked: Tracked, finding: Found | undefined) => void;
  readonly observe: (tracked: Tracked, object: KubeObject) => void;
}

/** Judges objects that left the watch's selection: missing, done, or only without their label. */
export interface GoneJudge {
  /** `last`: its last state, where an event carried it. */
  readonly gone: (tracked: Tracked, last: KubeObject | undefined) => void;
  /** Asks the server whether it is really gone. */
  readonly check: (tracked: Tracked) => void;
  /** A deletion in progress: of what has ended it is no drift. */
  readonly terminating: (tracked: Tracked, finding: Found) => void;
}

const RETRY_MS = 1_000;
const LONGEST_MS = 30_000;

/** What was last seen of the object that our record is about. */
export const lastSeenOf = ({ ending, record, of }: Tracked): LastSeen => {
  const uid = record?.uid ?? "";
  if (uid !== "" && ending.uid === uid && ending.state !== "unseen") return ending.state;
  return of.endedBefore.has(uid) ? "ended" : "unseen";
};

/** Keeps whether an object has ended, and how: its deletion, which may follow at once, hides that. */
export const noteEnding = (tracked: Tracked, object: KubeObject, now: Date): void => {
  const isOver = hasEnded(object);
  tracked.ending = { uid: object.metadata.uid ?? "", state: isOver ? "ended" : "going-on" };
  const { deletionTimestamp: _hidden, ...metadata } = object.metadata;
  if (isOver) tracked.lastHealth = healthOf({ ...object, metadata }, now);
};

const GONE: Health = { status: "Healthy", reason: "Done", message: "it has ended and is gone" };

/** What failed before it went has failed still. */
const healthOfDone = ({ ref, of, lastHealth }: Tracked): Health => {
  if (lastHealth?.status === "Degraded") return lastHealth;
  const before = of.degradedBefore.get(formatRef(ref));
  return before === undefined ? GONE : { status: "Degraded", reason: "", message: before };
};

export const openGoneJudge = (deps: DetectorDeps, context: GoneContext, signal: AbortSignal): GoneJudge => {
  const { clock, log } = deps;
  const { found, settle, unsure, observe } = context;

  const done = async (tracked: Tracked): Promise<boolean> => {
    const { of: unit, ref } = tracked;
    const rendered = (await deps.renderedOf(unit.inventory?.digest ?? "", signal)) ?? [];
    const rules = await deps.whenGoneOf(unit.unit.app, unit.desired?.declarationsDigest ?? "", signal);
    return isDone(ref, findRendered(rendered, ref)?.object, rules, lastSeenOf(tracked));
  };

  const conclude = async (tracked: Tracked): Promise<void> => {
    const isOver = await done(tracked);
    if (!tracked.isGone || isRunOpen(tracked.of)) return;
    if (!isOver) {
      await deps.confirmCluster();
      if (tracked.isGone && !isRunOpen(tracked.of)) settle(tracked, found(tracked, "MISSING"));
      return;
    }
    tracked.isDone = true;
    tracked.health = healthOfDone(tracked);
    settle(tracked, undefined);
  };

  const check = async (tracked: Tracked): Promise<void> => {
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        const object = await deps.kubeOf(tracked.of.unit).getObject(tracked.ref, {}, signal);
        await deps.ledgerCaughtUp(tracked.of.unit, signal);
        if (isRunOpen(tracked.of)) return; // judged again when the run is over
        if (object === undefined) return await conclude(tracked);
        tracked.isGone = false;
        return observe(tracked, object);
      } catch (error) {
        if (!isApiError(error)) throw error;
        if (!isTransient(error.errorClass)) return unsure(tracked, "refused", error.message);
        await clock.sleep(Math.min(LONGEST_MS, RETRY_MS * (tries + 1)), signal);
      }
    }
  };
  const inBackground = (tracked: Tracked, work: Promise<void>): void => {
    work.catch((error: unknown) => {
      if (signal.aborted) return;
      log.warn("an object that left the watch could not be judged", { ref: tracked.ref, error });
      unsure(tracked, "unread", "what is said about it could not be read");
    });
  };

  return {
    gone: (tracked, last) => {
      if (tracked.isDone) return;
      const uid = tracked.record?.uid ?? "";
      if (last !== undefined) noteEnding(tracked, last, clock.now());
      else if (tracked.ending.state === "going-on") tracked.ending = { uid, state: "unseen" };
      tracked.seenVersion = "";
      tracked.isGone = true;
      tracked.isVerified = false;
      tracked.live = undefined;
      tracked.health = undefined;
      tracked.waiting = undefined;
      tracked.eventAt ??= clock.now();
      if (!isRunOpen(tracked.of) && tracked.isDesired) inBackground(tracked, check(tracked));
    },
    check: (tracked) => inBackground(tracked, check(tracked)),
    terminating: (tracked, finding) => {
      if (lastSeenOf(tracked) !== "ended") return settle(tracked, finding);
      const { live } = tracked;
      const judged = done(tracked).then((isOver) => {
        if (tracked.live === live) settle(tracked, isOver ? undefined : finding);
      });
      inBackground(tracked, judged);
    },
  };
};
