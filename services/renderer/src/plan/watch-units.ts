import { createListeners } from "@evenkeel/async";
import type { Bus, Delivery, DeliveryOf } from "@evenkeel/bus";
import { flows } from "@evenkeel/contracts";
import type { DesiredStateChanged, RenderFailed, RenderRequested, Unit } from "@evenkeel/contracts";

import { recall, unitKey } from "../core/plan/unit-memory.ts";
import type { UnitFacts, UnitMemory } from "../core/plan/unit-memory.ts";

/** The newest facts of one unit with their stream sequences: what a compare-and-set is tried against first. */
interface StoredFacts {
  readonly request?: Stored<RenderRequested>;
  readonly desired?: Stored<DesiredStateChanged>;
  readonly failure?: Stored<RenderFailed>;
}

export interface Stored<T> {
  readonly fact: T;
  readonly sequence: number;
}

export type Slot = keyof StoredFacts;
export type FactOf<S extends Slot> = NonNullable<StoredFacts[S]>["fact"];

/** A unit and what is known of it. */
export interface KnownUnit {
  readonly unit: Unit;
  readonly memory: UnitMemory;
}

/** What the bus holds of all units: the first guess of decisions that a compare-and-set then makes. */
export interface Units {
  memory(unit: Unit): UnitMemory;
  stored<S extends Slot>(slot: S, unit: Unit): Stored<FactOf<S>> | undefined;
  /** Takes in what was published or read just now, ahead of the view. */
  note<S extends Slot>(slot: S, fact: FactOf<S>, sequence: number): void;
  /** The last message of this subject is gone. */
  forget(slot: Slot, unit: Unit): void;
  /** Units that were last asked for from this source. */
  ofSource(source: string): readonly KnownUnit[];
  sources(): Iterable<string>;
  all(): Iterable<KnownUnit>;
  /** Calls back with the source of a unit whose facts changed. */
  onChange(listener: (source: string) => void): Disposable;
  /** Calls back when everything was seen anew: the bus has lost something, or has become another one. */
  onRebuilt(listener: () => void): Disposable;
}

/** The side of the memory that the views write to. */
interface Views {
  /** Forgets these facts of all units; a replay follows. */
  drop(slots: readonly Slot[]): void;
  rebuilt(): void;
}

const answers = [flows.desiredStateChanged, flows.renderFailed] as const;

interface Entry extends KnownUnit {
  readonly stored: StoredFacts;
}

const nothing = recall({});

const entryOf = (unit: Unit, stored: StoredFacts): Entry => ({
  unit,
  stored,
  memory: recall(Object.fromEntries(Object.entries(stored).map(([slot, { fact }]) => [slot, fact])) as UnitFacts),
});

const without = ({ unit, stored }: Entry, dropped: readonly Slot[]): Entry =>
  entryOf(unit, Object.fromEntries(Object.entries(stored).filter(([slot]) => !dropped.includes(slot as Slot))));

/** Keeps the newest facts of units, whatever order they come in. */
export const rememberUnits = (): Units & Views => {
  const entries = new Map<string, Entry>();
  const sources = new Map<string, Set<string>>();
  const listeners = createListeners<[string]>();
  const rebuilders = createListeners();
  return {
    memory: (unit) => entries.get(unitKey(unit))?.memory ?? nothing,
    stored: <S extends Slot>(slot: S, unit: Unit) =>
      entries.get(unitKey(unit))?.stored[slot] as Stored<FactOf<S>> | undefined,
    note: (slot, fact, sequence) => {
      const { unit, source } = fact;
      if (unit === undefined) return;
      const key = unitKey(unit);
      const entry = entries.get(key);
      if (sequence <= (entry?.stored[slot]?.sequence ?? 0)) return;
      entries.set(key, entryOf(unit, { ...entry?.stored, [slot]: { fact, sequence } }));
      sources.set(source, (sources.get(source) ?? new Set()).add(key));
      listeners.tell(source);
    },
    forget: (slot, unit) => {
      const entry = entries.get(unitKey(unit));
      if (entry !== undefined) entries.set(unitKey(unit), without(entry, [slot]));
    },
    drop: (dropped) => {
      for (const [key, entry] of entries) entries.set(key, without(entry, dropped));
    },
    rebuilt: () => rebuilders.tell(),
    ofSource: (source) =>
      [...(sources.get(source) ?? [])].flatMap((key) => {
        const entry = entries.get(key);
        return entry?.memory.last?.source === source ? [entry] : [];
      }),
    sources: () => sources.keys(),
    all: () => entries.values(),
    onChange: (listener) => listeners.add(listener),
    onRebuilt: (listener) => rebuilders.add(listener),
  };
};

/** Watches all requests and their answers; resolves once all that was there has been seen. */
export const watchUnits = async (bus: Bus, signal: AbortSignal): Promise<Units> => {
  const units = rememberUnits();
  const forgetting = (kept: readonly Slot[]) => {
    let wasReset = false;
    return {
      onReset: () => {
        wasReset = true;
        units.drop(kept);
      },
      onCaughtUp: () => {
        if (wasReset) units.rebuilt();
        wasReset = false;
      },
    };
  };
  const onRequest = ({ fact, sequence }: Delivery<RenderRequested>): void => units.note("request", fact, sequence);
  const onAnswer = ({ type, fact, sequence }: DeliveryOf<(typeof answers)[number]>): void =>
    type === flows.renderFailed.type ? units.note("failure", fact, sequence) : units.note("desired", fact, sequence);
  await Promise.all([
    bus.view([flows.renderRequested], {}, { onEntry: onRequest, ...forgetting(["request"]) }, signal),
    bus.view(answers, {}, { onEntry: onAnswer, ...forgetting(["desired", "failure"]) }, signal),
  ]);
  return units;
};
