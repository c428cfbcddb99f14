import { replicated } from "./scenario.ts";
import type { Replicated, Scenario, Step } from "./scenario.ts";

/** Whose steps are gone through, each before it and after it. */
const KILLED: readonly Replicated[] = ["applier", "applier", "applier", "drift-detector", "renderer", "source-watcher"];
const MOMENTS = ["before", "after"] as const;

/** A day of one application in seconds: changed, pruned, added to, edited by hand, broken and mended. */
const work: readonly Step[] = [
  { atMs: 10, act: { kind: "change-object", app: 0, object: 0 } },
  { atMs: 20, act: { kind: "hint", repository: 0 } },
  { atMs: 2_000, act: { kind: "remove-object", app: 0, object: 1 } },
  { atMs: 4_000, act: { kind: "add-object", app: 0 } },
  { atMs: 12_000, act: { kind: "edit-live", cluster: 0, object: 0 } },
  { atMs: 13_000, act: { kind: "delete-live", cluster: 0, object: 1 } },
  { atMs: 14_000, act: { kind: "rename-app", app: 0 } },
];

/**
 * The same day each time, and one process that dies at one step: seed by seed every step of it is met, before its effect and
 * after it. A step is anything that leaves a process.
 */
export const crashPoint = (seed: number): Scenario => {
  const point = Math.floor(seed / (MOMENTS.length * KILLED.length));
  const service = KILLED[seed % KILLED.length] ?? "applier";
  const moment = MOMENTS[Math.floor(seed / KILLED.length) % MOMENTS.length] ?? "before";
  /** An applier's steps are three times as many as are met in one row: each of its rows takes its own third. */
  const third = seed % KILLED.length;
  const call = 1 + (service === "applier" ? 3 * point + third : point);
  return {
    seed,
    plan: {
      replicas: Object.fromEntries(replicated.map((name) => [name, 1])) as Record<Replicated, number>,
      busServers: 1,
      clusters: 1,
      repositories: 1,
      applications: 1,
    },
    steps: [{ atMs: 0, act: { kind: "kill-at", service, replica: 0, call, moment } }, ...work],
    calmMs: 20_000,
  };
};
