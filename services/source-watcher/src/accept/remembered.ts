import { createListeners } from "@evenkeel/async";
import { flows } from "@evenkeel/contracts";
import type { AnchorsRead, Reason } from "@evenkeel/contracts";
import { randomName } from "@evenkeel/machine";

import type { Anchored } from "../core/anchored.ts";
import { answerTo, isComplete, noWords, statementsOf, takeWord } from "../core/words-of-cluster.ts";
import type { WordsOfCluster } from "../core/words-of-cluster.ts";
import type { Deps } from "../deps.ts";
import { onAnchorsRead } from "../on-anchors-read.ts";

/** Asked of one cluster; answered by a word that was read after it. */
export interface Question {
  readonly cluster: string;
  /** Place in the stream, which may have been made anew since. */
  readonly sequence: number;
  readonly life: number;
}

/** What the clusters remember of sources, as far as it was told. */
export interface Remembered {
  /** What clusters were given of a source and Git ref. */
  of(source: string, gitRef: string): readonly Anchored[];
  /** Asks what a cluster was given up to now. */
  ask(cluster: string, signal: AbortSignal): Promise<Question>;
  /** False once the bus has lost a question. */
  stands(question: Question): boolean;
  /** Clusters whose anchors were not told after these questions, with the reason why, if there is one. */
  unread(questions: readonly Question[]): readonly { readonly cluster: string; readonly reason: Reason | undefined }[];
  /** Adds what one unit's anchor said. */
  note(anchored: Anchored): void;
  /** Calls back at each change until the signal ends. */
  onChange(listener: () => void, signal: AbortSignal): void;
}

/** A question that nobody answers is asked again: its answer may have come in parts of two readings. */
const FIRST_AGAIN_MS = 10_000;
const LAST_AGAIN_MS = 300_000;

/** Follows what appliers read of the anchors; resolves once all that was told has been seen. */
export const watchAnchors = async (
  deps: Pick<Deps, "bus" | "clock" | "rng" | "telemetry">,
  signal: AbortSignal,
): Promise<Remembered> => {
  const { bus, clock, rng, telemetry } = deps;
  const clusters = new Map<string, WordsOfCluster>();
  const noted = new Map<string, Anchored>();
  const listeners = createListeners();
  const tell = (): void => {
    listeners.tell();
  };
  // An answer names the newest question that its applier knew: it answers every earlier one, too.
  const asked = new Map<string, number>();
  /** Place of the newest question of this process about each cluster. */
  const newest = new Map<string, number>();
  let life = 0;
  const placeOf = (question: string): number => asked.get(question) ?? 0;
  const answered = (cluster: string, place: number) => answerTo(clusters.get(cluster) ?? noWords, place, placeOf);
  const take = (fact: AnchorsRead): void => {
    const words = takeWord(clusters.get(fact.cluster) ?? noWords, fact, placeOf);
    clusters.set(fact.cluster, words);
    if (isComplete(words, fact)) void onAnchorsRead(deps, fact, signal);
    tell();
  };
  await bus.view(
    [flows.anchorsRead, flows.anchorsAsked],
    {},
    {
      onEntry: ({ type, fact, sequence }) => {
        if (type === flows.anchorsRead.type) take(fact);
        else asked.set(fact.question, sequence);
      },
      onReset: () => {
        life += 1;
        asked.clear();
        clusters.clear();
        newest.clear();
        tell();
      },
    },
    signal,
  );
  telemetry.log.debug("anchors followed", { clusters: clusters.size });
  const statements = (): readonly Anchored[] => [...[...clusters.values()].flatMap(statementsOf), ...noted.values()];
  const put = async (cluster: string, until: AbortSignal): Promise<number> => {
    const question = { cluster, question: randomName(rng) };
    const { sequence } = await bus.publish(flows.anchorsAsked, question, { signal: until });
    return sequence;
  };
  const insisting = new Set<string>();
  // One for each cluster, whoever asked: an answer to a later question answers every earlier one.
  const insist = async (cluster: string): Promise<void> => {
    if (insisting.has(cluster)) return;
    insisting.add(cluster);
    const isOpen = (): boolean => answered(cluster, newest.get(cluster) ?? 0) === "none" && newest.has(cluster);
    try {
      for (let ms = FIRST_AGAIN_MS; isOpen(); ms = Math.min(2 * ms, LAST_AGAIN_MS)) {
        await clock.sleep(ms, signal);
        if (isOpen()) await put(cluster, signal);
      }
    } catch (error) {
      if (!signal.aborted) telemetry.log.warn("a cluster was not asked again", { cluster, error });
    } finally {
      insisting.delete(cluster);
    }
  };
  return {
    of: (source, gitRef) => statements().filter((each) => each.source === source && each.gitRef === gitRef),
    ask: async (cluster, until) => {
      const at = { cluster, life };
      const sequence = await put(cluster, until);
      if (at.life === life) newest.set(cluster, Math.max(sequence, newest.get(cluster) ?? 0));
      void insist(cluster);
      return { ...at, sequence };
    },
    stands: (question) => question.life === life,
    unread: (questions) =>
      questions.flatMap((question) => {
        const { cluster, sequence } = question;
        const answer = answered(cluster, sequence);
        if (answer === "whole") return [];
        return [{ cluster, reason: answer === "none" ? undefined : clusters.get(cluster)?.unread?.unread }];
      }),
    note: (anchored) => {
      const key = [anchored.source, anchored.gitRef, anchored.lineage].join("\0");
      if (anchored.seq <= (noted.get(key)?.seq ?? -1n)) return;
      noted.set(key, anchored);
      tell();
    },
    onChange: (listener, until) => void listeners.add(listener, until),
  };
};
