import { randomUUID } from "node:crypto";

import { createListeners } from "@evenkeel/async";
import { raiseSeq, readSeq } from "@evenkeel/bus";
import type { Delivery } from "@evenkeel/bus";
import { flows } from "@evenkeel/contracts";
import type { AnchorsAsked, AnchorsRead, Reason } from "@evenkeel/contracts";

import type { Anchored } from "./core/judge-anchored.ts";
import type { Deps } from "./deps.ts";

/** A larger raise is no lost memory but a fault: it is left to a person. */
export const largestRaise = 1_000_000n;

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

interface Told {
  readonly cause: string;
  readonly parts: Map<number, AnchorsRead>;
}

const isWhole = ({ parts }: Told): boolean => {
  const [first] = parts.values();
  return first !== undefined && first.unread === undefined && parts.size === first.parts;
};

/** Follows what appliers read of the anchors; resolves once all that was told has been seen. */
export const watchAnchors = async (deps: Pick<Deps, "bus" | "telemetry">, signal: AbortSignal): Promise<Remembered> => {
  const { bus, telemetry } = deps;
  const clusters = new Map<string, Told>();
  const noted = new Map<string, Anchored>();
  const listeners = createListeners();
  const tell = (): void => {
    listeners.tell();
  };
  // An answer names the newest question that its applier knew: it answers every earlier one, too.
  const asked = new Map<string, number>();
  let life = 0;
  const answers = ({ parts }: Told, { sequence }: Question): boolean => {
    const [first] = parts.values();
    return first !== undefined && (asked.get(first.asked) ?? 0) >= sequence;
  };
  const take = (fact: AnchorsRead): void => {
    const known = clusters.get(fact.cluster);
    const told = known?.cause === fact.cause ? known : { cause: fact.cause, parts: new Map<number, AnchorsRead>() };
    told.parts.set(fact.part, fact);
    clusters.set(fact.cluster, told);
    if (isWhole(told)) void raiseTo(deps, fact, signal);
    tell();
  };
  await bus.view(
    "ANCHORS",
    "anchors.>",
    {
      onEntry: (delivery: Delivery<unknown>) => {
        if (delivery.type === flows.anchorsRead.type) take(delivery.fact as AnchorsRead);
        if (delivery.type !== flows.anchorsAsked.type) return;
        asked.set((delivery.fact as AnchorsAsked).question, delivery.sequence);
      },
      onReset: () => {
        life += 1;
        asked.clear();
        clusters.clear();
        tell();
      },
    },
    signal,
  );
  telemetry.log.debug("anchors followed", { clusters: clusters.size });
  const statements = (): readonly Anchored[] => [
    ...[...clusters.values()].flatMap(({ parts }) => [...parts.values()].flatMap(({ lineages }) => lineages)),
    ...noted.values(),
  ];
  return {
    of: (source, gitRef) => statements().filter((each) => each.source === source && each.gitRef === gitRef),
    ask: async (cluster, until) => {
      const at = { cluster, life };
      const { sequence } = await bus.publish(
        flows.anchorsAsked,
        { cluster, question: randomUUID() },
        { signal: until },
      );
      return { ...at, sequence };
    },
    stands: (question) => question.life === life,
    unread: (questions) =>
      questions.flatMap((question) => {
        const { cluster } = question;
        const told = clusters.get(cluster);
        if (told === undefined || !answers(told, question)) return [{ cluster, reason: undefined }];
        if (isWhole(told)) return [];
        return [{ cluster, reason: [...told.parts.values()].find(({ unread }) => unread !== undefined)?.unread }];
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

/** A cluster knows numbers that the counter has not reached: the bus was lost, and numbers go on above them. */
const raiseTo = async (
  { bus, telemetry }: Pick<Deps, "bus" | "telemetry">,
  { cluster, seq }: AnchorsRead,
  signal: AbortSignal,
): Promise<void> => {
  try {
    const { last } = await readSeq(bus, signal);
    if (seq <= last) return;
    if (seq - last > largestRaise) {
      telemetry.log.error("a cluster knows a seq that is too far ahead", { cluster, seq: String(seq) });
      return;
    }
    telemetry.log.warn("the bus has lost its memory, numbers go on above those of a cluster", {
      cluster,
      seq: String(seq),
    });
    await raiseSeq(bus, seq, signal);
  } catch (error) {
    if (!signal.aborted) telemetry.log.error("numbers were not raised", { cluster, seq: String(seq), error });
  }
};
