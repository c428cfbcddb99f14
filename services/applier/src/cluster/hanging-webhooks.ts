import { isApiError } from "@evenkeel/kube";
import type { ApiError, Kube } from "@evenkeel/kube";
import type { Unit } from "@evenkeel/contracts";
import { refOf } from "@evenkeel/resource";
import { describeRef, formatRef } from "@evenkeel/words";
import type { Clock, Rng } from "@evenkeel/machine";
import type { ObjectRef } from "@evenkeel/words";

import type { StepFailure } from "../run/carry-out.ts";
import { retryDelayMs } from "../core/retry-delay.ts";

/** Keeps the writes of a unit off a webhook that hangs for them: each would hold a place for as long as it hangs. */
export interface HangingWebhooks {
  /** The same connection; what becomes of this unit's writes is noted. */
  watch(kube: Kube, unit: Unit): Kube;
  /** Why a write of this kind waits now; undefined: it may go. After its pause one at a time is tried. */
  stop(unit: Unit, ref: ObjectRef): StepFailure | undefined;
}

interface Hang {
  /** Name of the webhook; "" where no answer came that names one. */
  readonly webhook: string;
  readonly times: number;
  readonly notedAt: number;
  /** Objects whose writes hung: that another one passes says nothing of them. */
  readonly refs: Set<string>;
  until: number;
}

/** The same webhook timed out so often for one unit and kind: then its further writes of that kind wait. */
const WAITS_AFTER = 2;
/** Longer than any answer of the server takes: a trial that was never sent ends by itself. */
const TRIAL_MS = 40_000;
const MOST = 10_000;

/** One that is refused or breaks off ends sooner, and holds no place that others need. */
const LONG_MS = 900;

const isHang = (error: ApiError, ms: number): boolean =>
  error.reason === "DeadlineExceeded" || (ms >= LONG_MS && /failed calling webhook/.test(error.message));

export const createHangingWebhooks = (clock: Pick<Clock, "monotonic">, rng: Pick<Rng, "chance">): HangingWebhooks => {
  const hangs = new Map<string, Hang>();
  const keyOf = ({ cluster, app }: Unit, { group, kind }: ObjectRef): string => `${cluster} ${app} ${group}/${kind}`;

  const hung = (key: string, ref: ObjectRef, began: number, error: ApiError): void => {
    const now = clock.monotonic();
    const webhook = error.refusedBy[0] ?? "";
    const known = hangs.get(key);
    const before = known?.webhook === webhook ? known : undefined;
    // Those that were sent together hang together: more of them say nothing more.
    if (before !== undefined && before.times >= WAITS_AFTER && began < before.notedAt) {
      before.refs.add(formatRef(ref));
      return;
    }
    const times = (before?.times ?? 0) + 1;
    const until = times < WAITS_AFTER ? now : now + retryDelayMs(times - WAITS_AFTER + 1, rng.chance());
    hangs.delete(key); // the newest last
    hangs.set(key, { webhook, times, notedAt: now, refs: new Set([...(before?.refs ?? []), formatRef(ref)]), until });
    const [oldest] = hangs.keys();
    if (hangs.size > MOST && oldest !== undefined) hangs.delete(oldest);
  };
  const answered = (key: string, ref: ObjectRef): void => {
    const known = hangs.get(key);
    if (known === undefined) return;
    known.refs.delete(formatRef(ref));
    if (known.refs.size === 0) hangs.delete(key);
    else known.until = clock.monotonic();
  };
  const note = async <T>(unit: Unit, ref: ObjectRef, call: () => Promise<T>): Promise<T> => {
    const key = keyOf(unit, ref);
    const began = clock.monotonic();
    try {
      const value = await call();
      answered(key, ref);
      return value;
    } catch (error) {
      if (isApiError(error) && isHang(error, clock.monotonic() - began)) hung(key, ref, began, error);
      else if (isApiError(error) && error.status !== 0) answered(key, ref);
      throw error;
    }
  };
  return {
    watch: (kube, unit) => ({
      ...kube,
      serverSideApply: (options, signal) =>
        note(unit, refOf(options.object), () => kube.serverSideApply(options, signal)),
      createObject: (options, signal) => note(unit, refOf(options.object), () => kube.createObject(options, signal)),
      deleteObject: (ref, preconditions, options, signal) =>
        note(unit, ref, () => kube.deleteObject(ref, preconditions, options, signal)),
    }),
    stop: (unit, ref) => {
      const known = hangs.get(keyOf(unit, ref));
      if (known === undefined || known.times < WAITS_AFTER) return undefined;
      const now = clock.monotonic();
      if (now >= known.until) {
        known.until = now + TRIAL_MS;
        return undefined;
      }
      const who = known.webhook === "" ? "the server" : `webhook ${JSON.stringify(known.webhook)}`;
      const message = `${describeRef(ref)} was not written: ${who} did not answer in time for this application's writes of ${ref.kind}; they wait, and one at a time is tried`;
      const remedy =
        known.webhook === ""
          ? "look at the API server and its admission webhooks"
          : `look at what answers webhook ${JSON.stringify(known.webhook)}, or at its timeoutSeconds and failurePolicy`;
      return { reason: { code: "ApiUnavailable", message, remedy }, again: true };
    },
  };
};
