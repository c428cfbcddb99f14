import type { Seeded } from "../time/seeded.ts";
import { replicated } from "./scenario.ts";
import type { Act, ActKind, Fault, Work } from "./scenario.ts";

/** Far above what there is of anything. */
const MANY = 1_000;

/** Between the two, long ones seldom. */
const spanMs = (chance: Seeded, least: number, most: number): number =>
  Math.round(least * (most / least) ** chance.chance());

type MakeOf<A extends Act> = {
  readonly [K in A["kind"]]: (chance: Seeded) => Omit<Extract<A, { readonly kind: K }>, "kind">;
};

const app = (chance: Seeded) => ({ app: chance.below(MANY) });
const object = (chance: Seeded) => ({ ...app(chance), object: chance.below(MANY) });
const repository = (chance: Seeded) => ({ repository: chance.below(MANY) });
const stream = (chance: Seeded) => ({ stream: chance.below(MANY) });
const cluster = (chance: Seeded) => ({ cluster: chance.below(MANY) });
const live = (chance: Seeded) => ({ ...cluster(chance), object: chance.below(MANY) });
const replica = (chance: Seeded) => ({ service: chance.pick(replicated), replica: chance.below(MANY) });

const work: MakeOf<Work> = {
  "change-object": object,
  "add-object": app,
  "remove-object": object,
  "move-file": object,
  "empty-commit": app,
  "bad-commit": app,
  "mend-commit": app,
  "rename-app": app,
  "move-app": (chance) => ({ ...app(chance), ...repository(chance) }),
  "remove-app": app,
  "add-app": repository,
  "force-push": repository,
  "push-behind": repository,
  "accept-rewrite": repository,
  hint: repository,
  "edit-live": live,
  "delete-live": live,
  "foreign-field": live,
};

const fault: MakeOf<Fault> = {
  kill: replica,
  "kill-at": (chance) => ({
    ...replica(chance),
    call: 1 + chance.below(40),
    moment: chance.pick(["before", "after"] as const),
  }),
  stop: (chance) => ({ ...replica(chance), forMs: spanMs(chance, 500, 60_000) }),
  cut: (chance) => ({
    ...replica(chance),
    from: chance.pick(["bus", "bus", "clusters", "git"] as const),
    way: chance.pick(["both", "out", "in"] as const),
    forMs: spanMs(chance, 200, 60_000),
  }),
  "clock-jump": (chance) => ({
    ...replica(chance),
    byMs: (chance.often(0.5) ? 1 : -1) * spanMs(chance, 1_000, 7_200_000),
  }),
  "clock-rate": (chance) => ({
    ...replica(chance),
    rate: chance.pick([0.5, 0.9, 1.1, 2]),
    forMs: spanMs(chance, 1_000, 60_000),
  }),
  "bus-restart": (chance) => ({ downMs: spanMs(chance, 50, 30_000) }),
  "bus-tail-lost": (chance) => ({ messages: 1 + chance.below(30) }),
  "bus-leaderless": (chance) => ({
    ...stream(chance),
    how: chance.pick(["unavailable", "silent", "nobody"] as const),
    forMs: spanMs(chance, 100, 20_000),
  }),
  "bus-answers-lost": (chance) => ({ ...stream(chance), count: 1 + chance.below(5) }),
  "bus-past-read": (chance) => ({ ...stream(chance), forMs: spanMs(chance, 100, 5_000) }),
  "bus-full": (chance) => ({ ...stream(chance), forMs: spanMs(chance, 1_000, 60_000) }),
  "cluster-down": (chance) => ({ ...cluster(chance), forMs: spanMs(chance, 500, 120_000) }),
  "cluster-restored": cluster,
  "cluster-anew": cluster,
  "cluster-errors": (chance) => ({
    ...cluster(chance),
    forMs: spanMs(chance, 500, 30_000),
    share: 0.05 + 0.5 * chance.chance(),
    moment: chance.pick(["before", "after"] as const),
  }),
  "old-view": (chance) => ({ ...cluster(chance), forMs: spanMs(chance, 500, 30_000) }),
  "event-hidden": (chance) => ({ ...cluster(chance), count: 1 + chance.below(5) }),
  "watch-ended": cluster,
  "git-down": (chance) => ({ ...repository(chance), forMs: spanMs(chance, 500, 60_000) }),
  "git-lagging": (chance) => ({ ...repository(chance), forMs: spanMs(chance, 500, 60_000) }),
};

const make: Readonly<Record<ActKind, (chance: Seeded) => object>> = { ...work, ...fault };

export const workKinds = Object.keys(work) as readonly Work["kind"][];
export const faultKinds = Object.keys(fault) as readonly Fault["kind"][];

/** An act of this kind with all else by chance. */
export const makeAct = (kind: ActKind, chance: Seeded): Act => ({ kind, ...make[kind](chance) }) as Act;
