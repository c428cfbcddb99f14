import { createListeners } from "@evenkeel/async";
import { fillSubject, type Flow, type Tokens } from "@evenkeel/contracts";

import type { Core } from "../core.ts";
import type { Delivery, Latest, LatestHandlers } from "../port.ts";
import { viewFacts } from "./view.ts";

/** Keeps the newest fact of each subject of one flow; resolves once all that was there has been seen. */
export const openLatest = async <T>(
  core: Core,
  flow: Flow<T>,
  tokens: Tokens,
  { onFact, onReset }: LatestHandlers<T>,
  signal: AbortSignal,
): Promise<Latest<T>> => {
  const kept = new Map<string, Delivery<T>>();
  const listeners = createListeners<[Delivery<T>]>();
  const onEntry = (delivery: Delivery<T>): void => {
    kept.set(delivery.subject, delivery);
    onFact?.(delivery);
    listeners.tell(delivery);
  };
  const forget = (): void => {
    kept.clear();
    onReset?.();
  };
  await viewFacts(core, [flow], tokens, { onEntry, onReset: forget }, signal);
  return {
    get: (of) => kept.get(fillSubject(flow.template, of, core.counts)),
    all: (some = {}) => {
      const wanted = Object.entries(some);
      return [...kept.values()].filter(({ fact }) => {
        const has = flow.tokens(fact);
        return wanted.every(([name, value]) => has[name] === value);
      });
    },
    onChange: (changed, until) => listeners.add(changed, until),
  };
};
