import type { Clock } from "@evenkeel/machine";
import { ConnectionBroken } from "../front/connection-broken.ts";
import type { Fault } from "./fault-script.ts";
import { expiredLine } from "./refusing-answers.ts";
import type { RequestFacts } from "./request-facts.ts";
import type { RuleStates } from "./rule-states.ts";
import { passed, untilAborted } from "./waiting.ts";

/** What ends a watch, decided when it was opened. */
export type WatchEnd = Extract<Fault, { readonly kind: "half-open" | "expire-watch" | "end-watch" }>;

const EVENT_FAULTS = new Set(["drop-event", "duplicate-event", "delay-event", "reorder-events"] as const);
const REORDER_MS = 1_000;

const isEvent = (line: string): boolean => /^\{"type":"(?:ADDED|MODIFIED|DELETED)"/.test(line);

interface Watched {
  readonly lines: AsyncIterable<string>;
  readonly rules: RuleStates;
  readonly facts: RequestFacts;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly ends: readonly WatchEnd[];
}

/** Does what is due after so many events, which ends the watch; gives the last line to send, if there is one. */
const endNow = async (end: WatchEnd, signal: AbortSignal): Promise<string | undefined> => {
  switch (end.kind) {
    case "half-open":
      await untilAborted(signal);
      return undefined;
    case "expire-watch":
      return expiredLine;
    case "end-watch":
      if (end.how === "break") throw new ConnectionBroken("the watch was broken off");
      return undefined;
  }
};

/** The lines of a watch with the script's faults among them. Nothing is read ahead but the event that one is swapped with. */
export async function* faultyLines(watched: Watched): AsyncGenerator<string> {
  const { clock, facts, rules, signal } = watched;
  const lines = watched.lines[Symbol.asyncIterator]();
  let events = 0;
  let pending: Promise<IteratorResult<string>> | undefined;
  const next = (): Promise<IteratorResult<string>> => {
    const step = pending ?? lines.next();
    pending = undefined;
    return step;
  };
  const dueEnd = (): WatchEnd | undefined => watched.ends.find((end) => events >= (end.afterEvents ?? 0));
  try {
    for (;;) {
      const end = dueEnd();
      if (end !== undefined) {
        const last = await endNow(end, signal);
        if (last !== undefined) yield last;
        return;
      }
      const step = await next();
      if (step.done === true || signal.aborted) return;
      if (!isEvent(step.value)) {
        yield step.value;
        continue;
      }
      events += 1;
      let isDropped = false;
      let copies = 1;
      let swapMs: number | undefined;
      for (const fault of rules.draw(EVENT_FAULTS, facts)) {
        if (fault.kind === "drop-event") isDropped = true;
        else if (fault.kind === "duplicate-event") copies += 1;
        else if (fault.kind === "delay-event") await passed(clock, fault.ms, signal);
        else swapMs = fault.ms ?? REORDER_MS;
      }
      if (isDropped) continue;
      if (swapMs !== undefined) {
        const following = lines.next();
        pending = following;
        const first = await Promise.race([following, passed(clock, swapMs, signal)]);
        if (first !== undefined && first.done !== true) {
          pending = undefined;
          yield first.value;
        }
      }
      for (let copy = 0; copy < copies; copy += 1) yield step.value;
    }
  } finally {
    await lines.return?.();
  }
}
