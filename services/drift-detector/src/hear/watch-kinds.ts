import { isApiError, listWatch } from "@evenkeel/kube";
import type { GoneObject, Kube, WatchState } from "@evenkeel/kube";
import { APP_LABEL } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import type { Clock, Rng } from "@evenkeel/machine";
import type { Logger } from "@evenkeel/telemetry";

/** A kind at the version its objects were applied with. */
export interface WatchedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface KindHandler {
  onObject(object: KubeObject): void;
  onGone(kind: WatchedKind, gone: GoneObject): void;
  /** Every object of the kind was handed over. */
  onListed(kind: WatchedKind): void;
  /** `why` the kind cannot be watched now; "" when it can. */
  onBlind(kind: WatchedKind, why: string): void;
}

/** Watches kinds, each once, until the signal ends. */
export interface KindWatches {
  readonly add: (kind: WatchedKind) => void;
  /** Whether this kind was listed, or found to be unwatchable. */
  isSettled(kind: { readonly group: string; readonly kind: string }): boolean;
}

const UNKNOWN_KIND_MS = 10_000;
const keyOf = (kind: WatchedKind): string => `${kind.group}/${kind.version}/${kind.kind}`;

/** Trouble that lasts so long means that nobody knows what happens meanwhile. */
const BLIND_AFTER_MS: Readonly<Record<WatchState, number>> = { LIST: 0, WATCH: 0, BACKOFF: 30_000, FORBIDDEN: 0 };

/** Opens the watches of one cluster over all its namespaces, only on objects that carry our label. */
export const openKindWatches = (
  kube: Kube,
  handler: KindHandler,
  deps: {
    readonly clock: Clock;
    readonly rng: Rng;
    readonly log: Logger;
    readonly compareMs?: number | undefined;
  },
  signal: AbortSignal,
): KindWatches => {
  const settled = new Map<string, boolean>();
  /** Versions of a kind that are watched, by group and kind: one API version each, seldom more. */
  const versions = new Map<string, Set<string>>();

  const follow = async (kind: WatchedKind): Promise<void> => {
    const settle = (): void => void settled.set(keyOf(kind), true);
    let troubledSince: number | undefined;
    while (!signal.aborted) {
      try {
        const resource = await kube.resourceOf(kind, signal);
        await listWatch(
          kube.transport,
          {
            resource,
            labelSelector: APP_LABEL,
            clock: deps.clock,
            rng: deps.rng,
            ...(deps.compareMs === undefined ? {} : { relistMs: deps.compareMs }),
          },
          {
            onObject: (_type, object) => handler.onObject(object),
            onGone: (gone) => handler.onGone(kind, gone),
            onListed: () => {
              handler.onBlind(kind, "");
              settle();
              handler.onListed(kind);
            },
            onState: (state, error) => {
              if (error === undefined) {
                if (state === "WATCH") troubledSince = undefined;
                if (state === "WATCH") handler.onBlind(kind, "");
                return;
              }
              deps.log.warn("a watch has trouble", { kind: keyOf(kind), state, error });
              troubledSince ??= deps.clock.monotonic();
              // What was never listed is not known at all; what was is known for a while longer.
              const patience = settled.get(keyOf(kind)) === true ? BLIND_AFTER_MS[state] : 0;
              if (deps.clock.monotonic() - troubledSince < patience) return;
              handler.onBlind(kind, error.message);
              settle();
            },
            onHandlerError: (gone, error) => deps.log.error("an event could not be handled", { ...gone, error }),
          },
          signal,
        );
      } catch (error) {
        if (signal.aborted) return;
        if (!isApiError(error)) throw error;
        handler.onBlind(kind, error.message);
        settle();
        await deps.clock.sleep(UNKNOWN_KIND_MS, signal);
      }
    }
  };

  return {
    add: (kind) => {
      if (settled.has(keyOf(kind))) return;
      settled.set(keyOf(kind), false);
      const of = versions.get(`${kind.group}/${kind.kind}`) ?? new Set();
      versions.set(`${kind.group}/${kind.kind}`, of.add(keyOf(kind)));
      void follow(kind).catch((error: unknown) => {
        if (!signal.aborted) deps.log.error("a watch ended", { kind: keyOf(kind), error });
      });
    },
    isSettled: ({ group, kind }) => [...(versions.get(`${group}/${kind}`) ?? [])].every((key) => settled.get(key)),
  };
};
