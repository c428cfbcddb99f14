import type { Bus, Delivery } from "@evenkeel/bus";
import { flows } from "@evenkeel/contracts";
import type { DesiredStateChanged, RenderFailed, RenderRequested, Unit } from "@evenkeel/contracts";

import { lastAsked, unitKey } from "./core/unit-memory.ts";
import type { UnitMemory } from "./core/unit-memory.ts";

/** The newest facts of one unit with their stream sequences: what a compare-and-set is tried against first. */
interface Entry {
  readonly unit: Unit;
  readonly request?: Stored<RenderRequested>;
  readonly desired?: Stored<DesiredStateChanged>;
  readonly failure?: Stored<RenderFailed>;
}

export interface Stored<T> {
  readonly fact: T;
  readonly sequence: number;
}

export type Slot = "request" | "desired" | "failure";
export type FactOf<S extends Slot> = NonNullable<Entry[S]>["fact"];

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
  /** Calls back with the source of a unit whose facts changed. */
  onChange(listener: (source: string) => void): Disposable;
}

const slots: Readonly<Record<string, Slot>> = {
  [flows.renderRequested.type]: "request",
  [flows.desiredStateChanged.type]: "desired",
  [flows.renderFailed.type]: "failure",
};

const without = (entry: Entry, dropped: readonly Slot[]): Entry =>
  Object.fromEntries(Object.entries(entry).filter(([name]) => !dropped.includes(name as Slot))) as unknown as Entry;

const memoryOf = (entry: Entry | undefined): UnitMemory => ({
  ...(entry?.request && { request: entry.request.fact }),
  ...(entry?.desired && { desired: entry.desired.fact }),
  ...(entry?.failure && { failure: entry.failure.fact }),
});

/** Keeps the newest facts of units, whatever order they come in. */
export const rememberUnits = (): Units & { drop(kept: readonly Slot[]): void } => {
  const entries = new Map<string, Entry>();
  const sources = new Map<string, Set<string>>();
  const listeners = new Set<(source: string) => void>();
  return {
    memory: (unit) => memoryOf(entries.get(unitKey(unit))),
    stored: <S extends Slot>(slot: S, unit: Unit) =>
      entries.get(unitKey(unit))?.[slot] as Stored<FactOf<S>> | undefined,
    note: (slot, fact, sequence) => {
      const { unit, source } = fact;
      if (unit === undefined) return;
      const key = unitKey(unit);
      const entry = entries.get(key);
      if (sequence <= (entry?.[slot]?.sequence ?? 0)) return;
      entries.set(key, { ...entry, unit, [slot]: { fact, sequence } });
      sources.set(source, (sources.get(source) ?? new Set()).add(key));
      for (const listener of listeners) listener(source);
    },
    forget: (slot, unit) => {
      const entry = entries.get(unitKey(unit));
      if (entry !== undefined) entries.set(unitKey(unit), without(entry, [slot]));
    },
    drop: (kept) => {
      for (const [key, entry] of entries) entries.set(key, without(entry, kept));
    },
    ofSource: (source) =>
      [...(sources.get(source) ?? [])].flatMap((key) => {
        const entry = entries.get(key);
        const memory = memoryOf(entry);
        return entry !== undefined && lastAsked(memory)?.source === source ? [{ unit: entry.unit, memory }] : [];
      }),
    sources: () => sources.keys(),
    onChange: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
};

/** Watches all requests and their answers; resolves once all that was there has been seen. */
export const watchUnits = async (bus: Bus, signal: AbortSignal): Promise<Units> => {
  const units = rememberUnits();
  const view = (stream: string, filter: string, kept: readonly Slot[]): Promise<void> =>
    bus.view(
      stream,
      filter,
      {
        onEntry: ({ type, fact, sequence }: Delivery<unknown>) => {
          const slot = slots[type];
          if (slot !== undefined) units.note(slot, fact as FactOf<Slot>, sequence);
        },
        onReset: () => units.drop(kept),
      },
      signal,
    );
  await Promise.all([view("RENDERS", "render.>", ["request"]), view("DESIRED", "desired.>", ["desired", "failure"])]);
  return units;
};
