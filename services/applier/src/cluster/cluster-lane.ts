import { backOff, createListeners } from "@evenkeel/async";
import { ApiError } from "@evenkeel/kube";
import type { KubeRequest, KubeTransport } from "@evenkeel/kube";
import type { Clock } from "@evenkeel/machine";

type State = "unknown" | "fine" | "slow" | "doubtful" | "silent";

/** No answer for so long while calls are open: it is asked itself, for what hangs may be one call's webhook. */
const ASK_MS = 700;
/** No answer for so long while calls are open: nobody waits in front of others for this cluster any more. */
const DOUBT_MS = 1_000;
/** Then the calls are given up and no new ones are made until it answers a probe. */
const GIVEN_UP_MS = 5_000;
const PROBE_MS = { first: 1_000, most: 5_000 };
/** Runs at once while it answers, and while nobody knows. */
const PLACES: Readonly<Record<State, number>> = { unknown: 1, fine: 16, slow: 4, doubtful: 1, silent: Infinity };

/** The way to one cluster: whether it answers, and the runs that wait for it, so that none waits in front of other clusters'. */
export interface ClusterLane {
  /** It has answered, and soon. */
  readonly isFine: () => boolean;
  /** It was given up: whoever waits for it is woken when it answers. */
  readonly isSilent: () => boolean;
  /** Calls once when it is not fine any more. */
  readonly onDoubt: (listener: () => void) => Disposable;
  /**
   * Runs it when there is a place: many while the cluster is fine, else one that finds out; in place of what waits under the
   * same key. While the cluster is silent a run ends at once with the cause. `run` must not throw.
   */
  readonly enqueue: (key: string, run: () => Promise<void>) => void;
  /** Its calls through this lane: watched, and refused at once while it does not answer. */
  readonly guard: (transport: KubeTransport) => KubeTransport;
}

export interface LaneOptions {
  readonly cluster: string;
  readonly clock: Clock;
  /** Throws when it does not answer. */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  /** It answers again. */
  readonly onAnswer: () => void;
  readonly signal: AbortSignal;
}

const silent = (subject: string, cluster: string, cause?: unknown): ApiError =>
  new ApiError(
    subject,
    {
      errorClass: cause instanceof ApiError ? cause.errorClass : "TRANSIENT",
      status: 0,
      reason: "NoAnswer",
      message: `cluster ${cluster} does not answer${cause instanceof Error ? `: ${cause.message}` : ""}`,
      causes: [],
    },
    cause === undefined ? {} : { cause },
  );

/** It was not sent. */
const isNoPlace = (error: unknown): boolean => error instanceof ApiError && error.reason === "NoPlace";

export const openLane = ({ cluster, clock, probe, onAnswer, signal }: LaneOptions): ClusterLane => {
  let state: State = "unknown";
  let why: unknown;
  /** How long this process itself was too busy to hear answers. */
  let stalledMs = 0;
  const awake = (): number => clock.monotonic() - stalledMs;
  /** When a call was answered last. */
  let heardAt = -Infinity;
  /** Calls that wait for their answer, the oldest first. */
  const open = new Set<{ readonly began: number }>();
  let isWatched = false;
  /** What the cluster itself is asked with: such calls alone pass while it is silent. */
  const probes = new WeakSet<AbortSignal>();
  let asking: Promise<unknown> | undefined;
  let running = 0;
  let cut = new AbortController();
  const doubting = createListeners();
  const waiting = new Map<string, () => Promise<void>>();

  const drain = (): void => {
    for (const [key, run] of waiting) {
      if (running >= PLACES[state]) return;
      waiting.delete(key);
      running += 1;
      void run().finally(() => {
        running -= 1;
        drain();
      });
    }
  };
  const become = (next: State): void => {
    const before = state;
    state = next;
    if (before === "fine" && next !== "fine") doubting.tell();
    if (before !== next) drain();
    if (before === "silent" && next !== "silent") onAnswer();
  };
  const hear = (began: number): void => {
    const ms = awake() - began;
    const isAlone = heardAt < began;
    heardAt = awake();
    why = undefined;
    // Others were answered meanwhile: it is this call that takes long, not the cluster.
    if (ms >= DOUBT_MS && !isAlone && (state === "fine" || state === "slow")) return;
    become(ms < DOUBT_MS ? "fine" : "slow");
  };
  const giveUp = (cause: unknown): void => {
    why = cause;
    if (state === "silent") return;
    const given = cut;
    cut = new AbortController();
    become("silent");
    given.abort(silent(cluster, cluster, cause));
    void seek().catch(() => undefined); // ended with the service
  };
  /** Asks the cluster itself. Throws when it does not answer. */
  const askOnce = async (given: AbortSignal): Promise<void> => {
    const ended = new AbortController();
    const until = AbortSignal.any([given, ended.signal]);
    probes.add(until);
    try {
      const began = awake();
      await probe(until);
      hear(began);
    } finally {
      ended.abort();
    }
  };
  /** One question at a time. Resolves to why it was not answered. */
  const ask = (): Promise<unknown> => {
    asking ??= askOnce(AbortSignal.any([signal, cut.signal]))
      .then(
        () => undefined,
        (error: unknown) => error,
      )
      .finally(() => (asking = undefined));
    return asking;
  };
  /** A call broke off, or waited too long: the cluster is given up only if it does not answer for itself either. */
  const giveUpUnlessItAnswers = async (cause: unknown): Promise<void> => {
    const given = cut;
    const since = awake();
    const unanswered = await ask();
    if (unanswered === undefined || isNoPlace(unanswered)) return;
    if (signal.aborted || given !== cut || heardAt >= since) return;
    giveUp(cause);
  };
  const seek = async (): Promise<void> => {
    for (let tries = 0; state === "silent"; tries += 1) {
      await clock.sleep(backOff(PROBE_MS, tries), signal);
      await askOnce(signal).catch((error: unknown) => void (why = error));
    }
  };

  /** Doubts the cluster while a call is open and no call is answered, and gives it up in the end: one look for all calls. */
  const watch = async (): Promise<void> => {
    if (isWatched) return;
    isWatched = true;
    try {
      for (let [oldest] = open; oldest !== undefined; [oldest] = open) {
        const waited = awake() - Math.max(oldest.began, heardAt);
        if (waited >= GIVEN_UP_MS) return giveUp(new Error(`no answer for ${GIVEN_UP_MS / 1000} s`));
        if (waited >= ASK_MS) void ask();
        if (waited >= DOUBT_MS && (state === "fine" || state === "slow")) become("doubtful");
        const next = [ASK_MS, DOUBT_MS].find((ms) => ms > waited) ?? GIVEN_UP_MS;
        const until = awake() + next - waited;
        await clock.sleep(next - waited, signal);
        stalledMs += Math.max(0, awake() - until); // woken late: answers may lie there unread
      }
    } finally {
      isWatched = false;
    }
  };

  const request = async (transport: KubeTransport, call: KubeRequest, given: AbortSignal) => {
    const subject = `${call.method} ${call.path.split("?")[0]}`;
    const isProbe = probes.has(given);
    if (state === "silent" && !isProbe) throw silent(subject, cluster, why);
    const began = awake();
    const { signal: cutNow } = cut;
    const one = { began };
    if (!isProbe) {
      open.add(one);
      watch().catch(() => undefined); // ended with the service
    }
    try {
      const answer = await transport.request(call, isProbe ? given : AbortSignal.any([given, cutNow]));
      if (state !== "silent") hear(began);
      return answer;
    } catch (error) {
      if (given.aborted) throw error;
      if (cutNow.aborted) throw silent(subject, cluster, why);
      if (!isProbe && error instanceof ApiError && error.status === 0 && !isNoPlace(error))
        void giveUpUnlessItAnswers(error); // not awaited: a question waits for the connection that this call may be opening
      throw error;
    } finally {
      open.delete(one);
    }
  };

  return {
    isFine: () => state === "fine",
    isSilent: () => state === "silent",
    onDoubt: (listener) => doubting.add(listener),
    enqueue: (key, run) => {
      waiting.set(key, run);
      drain();
    },
    guard: (transport) => ({
      request: (call, given) => request(transport, call, given),
      stream: (call, given) => transport.stream(call, given),
      [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
    }),
  };
};
