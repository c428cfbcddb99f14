import { createListeners } from "@evenkeel/async";
import type { Bus } from "@evenkeel/bus";
import { FLEET_SOURCE, flows } from "@evenkeel/contracts";
import type { CommitObserved } from "@evenkeel/contracts";
import { rootOf } from "@evenkeel/telemetry";

/** Commits as they were observed, whoever plans them. */
export interface SeenCommits {
  /** Seqs of a source between two planned ones that were seen: they were never planned, as a newer one came. */
  superseded(source: string, after: bigint, before: bigint): readonly bigint[];
  /** Root of the trace of the newest fleet commit. */
  fleetTrace(): ReturnType<typeof rootOf> | undefined;
  /** Calls back at each fleet commit after the start. */
  onFleet(listener: () => void): Disposable;
}

const MOST_SEEN = 100;

/** Watches all commits; resolves once all that was there has been seen. */
export const watchCommits = async (bus: Bus, signal: AbortSignal): Promise<SeenCommits> => {
  const seen = new Map<string, bigint[]>();
  const listeners = createListeners();
  let fleetSeq = 0n;
  let fleetTrace = "";
  const onCommit = ({ source, seq, traceId }: CommitObserved): void => {
    const seqs = seen.get(source) ?? [];
    if (!seqs.includes(seq)) seen.set(source, [...seqs, seq].slice(-MOST_SEEN));
    if (source !== FLEET_SOURCE || seq <= fleetSeq) return;
    fleetSeq = seq;
    fleetTrace = traceId;
    listeners.tell();
  };
  await bus.view(
    [flows.commitObserved],
    {},
    {
      onEntry: ({ fact }) => onCommit(fact),
      onReset: () => {
        fleetSeq = 0n;
      },
    },
    signal,
  );
  return {
    superseded: (source, after, before) => (seen.get(source) ?? []).filter((seq) => seq > after && seq < before),
    fleetTrace: () => (fleetTrace === "" ? undefined : rootOf(fleetTrace)),
    onFleet: (listener) => listeners.add(listener),
  };
};
