import type { Clock } from "@evenkeel/machine";
import type { FaultKind, FaultOf, FaultRule, FaultScript, InjectedFault } from "./fault-script.ts";
import { matches } from "./request-facts.ts";
import type { RequestFacts } from "./request-facts.ts";
import { seededRandom } from "./seeded-random.ts";

/** The rules of a script with what they have drawn so far, and what was done. */
export interface RuleStates {
  /** The faults of these kinds that now happen to this request, in the script's order; each is recorded. */
  draw<K extends FaultKind>(kinds: ReadonlySet<K>, facts: RequestFacts): readonly FaultOf<K>[];
  /** A number of [0, 1), for faults that have something to draw. */
  random(): number;
  /** Whether any rule is of this kind. */
  has(kind: FaultKind): boolean;
  readonly injected: readonly InjectedFault[];
  /** The clock was made to leap: the times of rules go by what has passed. */
  shift(ms: number): void;
  /** From now on nothing happens. */
  calm(): void;
}

interface RuleState {
  readonly rule: FaultRule;
  readonly index: number;
  readonly random: () => number;
  chances: number;
  done: number;
}

export const openRules = (script: FaultScript, clock: Clock): RuleStates => {
  let began = clock.now().getTime();
  const injected: InjectedFault[] = [];
  const random = seededRandom(script.seed);
  // A row of its own for each rule: what one draws does not move the others.
  const states: readonly RuleState[] = script.rules.map((rule, index) => ({
    rule,
    index,
    random: seededRandom(script.seed * 1_000_003 + index + 1),
    chances: 0,
    done: 0,
  }));
  let isCalm = false;

  const happens = (state: RuleState): boolean => {
    const { count, fromMs, probability, skip, untilMs } = state.rule;
    const elapsed = clock.now().getTime() - began;
    if (elapsed < (fromMs ?? 0) || elapsed >= (untilMs ?? Infinity)) return false;
    state.chances += 1;
    const drawn = state.random(); // always, so that the row does not depend on the limits
    if (state.chances <= (skip ?? 0) || state.done >= (count ?? Infinity)) return false;
    return drawn < (probability ?? 1);
  };

  return {
    draw: <K extends FaultKind>(kinds: ReadonlySet<K>, facts: RequestFacts): readonly FaultOf<K>[] => {
      if (isCalm) return [];
      const drawn: FaultOf<K>[] = [];
      for (const state of states) {
        const { fault, when } = state.rule;
        if (!(kinds as ReadonlySet<string>).has(fault.kind) || (when !== undefined && !matches(when, facts))) continue;
        if (!happens(state)) continue;
        state.done += 1;
        injected.push({ at: clock.now().getTime(), rule: state.index, kind: fault.kind, request: facts.title });
        drawn.push(fault as FaultOf<K>);
      }
      return drawn;
    },
    random,
    has: (kind) => states.some((state) => state.rule.fault.kind === kind),
    injected,
    shift: (ms) => {
      began += ms;
    },
    calm: () => {
      isCalm = true;
    },
  };
};
