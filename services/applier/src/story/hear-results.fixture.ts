// For tests only: what appliers tell, as it is heard on the bus.
import { createBell } from "@evenkeel/async";
import { flowsOf } from "@evenkeel/contracts";
import type { Bus } from "@evenkeel/bus";
import type { ApplyFinished } from "@evenkeel/contracts";
import { testReplicas } from "@evenkeel/testing";
import { startDeadline, systemClock } from "@evenkeel/machine";

import type { Story } from "./story-parts.fixture.ts";

/**
 * Three servers on the cores of one machine answer later than one. A kind that was missing is asked for again after up to 10 s,
 * and tried again at the next look after that: 15 s with the pauses between looks.
 */
const patienceMs = testReplicas() === 3 ? 45_000 : 30_000;

/** Hears every ApplyFinished until the signal ends; `finished` waits for one of an app. */
export const hearResults = async (bus: Bus, signal: AbortSignal): Promise<Pick<Story, "heard" | "finished">> => {
  const heard: ApplyFinished[] = [];
  const told = createBell();
  const onEntry = ({ fact }: { readonly fact: unknown }): void => {
    heard.push(fact as ApplyFinished);
    told.ring();
  };
  await bus.view(flowsOf("APPLIED"), {}, { onEntry }, signal);
  return {
    heard,
    finished: async (app, good = () => true, from = 0) => {
      using limit = startDeadline(systemClock, patienceMs);
      for (;;) {
        const ofApp = heard.slice(from).filter((fact) => fact.unit?.app === app);
        const found = ofApp.find(good);
        if (found !== undefined) return found;
        await told.heard(limit.signal).catch(() => {
          const all = JSON.stringify(ofApp, (_k, v: unknown) => (typeof v === "bigint" ? `${v}` : v));
          throw new Error(`no such ApplyFinished of ${app} within ${patienceMs / 1000} s; heard ${all}`);
        });
      }
    },
  };
};
