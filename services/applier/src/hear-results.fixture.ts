// For tests only: what appliers tell, as it is heard on the bus.
import type { Bus } from "@evenkeel/bus";
import type { ApplyFinished } from "@evenkeel/contracts";
import { testReplicas } from "@evenkeel/testing";

import type { Story } from "./story-parts.fixture.ts";

/** Three servers on the cores of one machine answer later than one. */
const patienceMs = testReplicas() === 3 ? 45_000 : 15_000;

/** Hears every ApplyFinished until the signal ends; `finished` waits for one of an app. */
export const hearResults = async (bus: Bus, signal: AbortSignal): Promise<Pick<Story, "heard" | "finished">> => {
  const heard: ApplyFinished[] = [];
  const waiting = new Set<() => void>();
  const onEntry = ({ fact }: { readonly fact: unknown }): void => {
    heard.push(fact as ApplyFinished);
    for (const look of waiting) look();
  };
  await bus.view("APPLIED", "applied.>", { onEntry }, signal);
  return {
    heard,
    finished: (app, good = () => true, from = 0) =>
      new Promise((resolve, reject) => {
        AbortSignal.timeout(patienceMs).addEventListener("abort", () => {
          if (!waiting.delete(look)) return;
          const ofApp = heard.slice(from).filter((fact) => fact.unit?.app === app);
          const told = JSON.stringify(ofApp, (_k, v: unknown) => (typeof v === "bigint" ? `${v}` : v));
          reject(new Error(`no such ApplyFinished of ${app} within ${patienceMs / 1000} s; heard ${told}`));
        });
        const look = (): void => {
          const found = heard.slice(from).find((fact) => fact.unit?.app === app && good(fact));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
};
