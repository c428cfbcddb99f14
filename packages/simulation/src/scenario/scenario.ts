import type { Leaderless } from "@evenkeel/simulated-nats";

/** How many of each there are. */
export interface WorldPlan {
  readonly replicas: Readonly<Record<Replicated, number>>;
  readonly busServers: 1 | 3;
  readonly clusters: number;
  readonly repositories: number;
  readonly applications: number;
}

/** Services that run as several replicas. */
export const replicated = ["source-watcher", "renderer", "drift-detector", "applier", "status-api"] as const;
export type Replicated = (typeof replicated)[number];

/** A whole number of no meaning of its own: whoever acts takes it modulo what there is then, so that a step stays one where others were left out. */
type Which = number;

/** What people do: in Git, on clusters. */
export type Work =
  | { readonly kind: "change-object"; readonly app: Which; readonly object: Which }
  | { readonly kind: "add-object"; readonly app: Which }
  | { readonly kind: "remove-object"; readonly app: Which; readonly object: Which }
  | { readonly kind: "move-file"; readonly app: Which; readonly object: Which }
  | { readonly kind: "empty-commit"; readonly app: Which }
  | { readonly kind: "bad-commit"; readonly app: Which }
  | { readonly kind: "mend-commit"; readonly app: Which }
  | { readonly kind: "rename-app"; readonly app: Which }
  | { readonly kind: "move-app"; readonly app: Which; readonly repository: Which }
  | { readonly kind: "remove-app"; readonly app: Which }
  | { readonly kind: "add-app"; readonly repository: Which }
  | { readonly kind: "force-push"; readonly repository: Which }
  | { readonly kind: "push-behind"; readonly repository: Which }
  | { readonly kind: "accept-rewrite"; readonly repository: Which }
  | { readonly kind: "hint"; readonly repository: Which }
  | { readonly kind: "edit-live"; readonly cluster: Which; readonly object: Which }
  | { readonly kind: "delete-live"; readonly cluster: Which; readonly object: Which }
  | { readonly kind: "foreign-field"; readonly cluster: Which; readonly object: Which };

/** What goes wrong. */
export type Fault =
  | { readonly kind: "kill"; readonly service: Replicated; readonly replica: Which }
  | {
      readonly kind: "kill-at";
      readonly service: Replicated;
      readonly replica: Which;
      readonly call: number;
      readonly moment: Moment;
    }
  | { readonly kind: "stop"; readonly service: Replicated; readonly replica: Which; readonly forMs: number }
  | {
      readonly kind: "cut";
      readonly service: Replicated;
      readonly replica: Which;
      readonly from: Peer;
      readonly way: Way;
      readonly forMs: number;
    }
  | { readonly kind: "clock-jump"; readonly service: Replicated; readonly replica: Which; readonly byMs: number }
  | {
      readonly kind: "clock-rate";
      readonly service: Replicated;
      readonly replica: Which;
      readonly rate: number;
      readonly forMs: number;
    }
  | { readonly kind: "bus-restart"; readonly downMs: number }
  | { readonly kind: "bus-tail-lost"; readonly messages: number }
  | { readonly kind: "bus-leaderless"; readonly stream: Which; readonly how: Leaderless; readonly forMs: number }
  | { readonly kind: "bus-answers-lost"; readonly stream: Which; readonly count: number }
  | { readonly kind: "bus-past-read"; readonly stream: Which; readonly forMs: number }
  | { readonly kind: "bus-full"; readonly stream: Which; readonly forMs: number }
  | { readonly kind: "cluster-down"; readonly cluster: Which; readonly forMs: number }
  | { readonly kind: "cluster-restored"; readonly cluster: Which }
  | { readonly kind: "cluster-anew"; readonly cluster: Which }
  | {
      readonly kind: "cluster-errors";
      readonly cluster: Which;
      readonly forMs: number;
      readonly share: number;
      readonly moment: "before" | "after";
    }
  | { readonly kind: "old-view"; readonly cluster: Which; readonly forMs: number }
  | { readonly kind: "event-hidden"; readonly cluster: Which; readonly count: number }
  | { readonly kind: "watch-ended"; readonly cluster: Which }
  | { readonly kind: "git-down"; readonly repository: Which; readonly forMs: number }
  | { readonly kind: "git-lagging"; readonly repository: Which; readonly forMs: number };

/** What a replica reaches. */
export type Peer = "bus" | "clusters" | "git";
/** Which direction is lost. */
export type Way = "both" | "out" | "in";
/** When, as seen from a call of one process to another. */
export type Moment = "before" | "after";

export type Act = Work | Fault;
export type ActKind = Act["kind"];

/** One thing that is done to the world, `atMs` after it began. */
export interface Step {
  readonly atMs: number;
  readonly act: Act;
}

/** All that is done to one world: with the revision of the code it says what happens, to the last event. */
export interface Scenario {
  readonly seed: number;
  readonly plan: WorldPlan;
  /** In order of time. */
  readonly steps: readonly Step[];
  /** From then on nothing is done to the world any more. */
  readonly calmMs: number;
}
