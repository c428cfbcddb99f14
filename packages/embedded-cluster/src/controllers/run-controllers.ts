import type { Clock } from "@evenkeel/machine";
import type { ApiHandler } from "../server/exchange.ts";
import type { Store, StoreEvent } from "../store/store.ts";
import type { ServedResource } from "./cluster-controllers.ts";
import { noticeOf } from "./controller.ts";
import type { Controller } from "./controller.ts";
import type { Write } from "./decision.ts";
import type { OwnerIndex } from "./owner-index.ts";
import { sendWrite } from "./send-write.ts";
import { openViews } from "./view.ts";
import { openWorkQueue } from "./work-queue.ts";

export interface ControlledCluster {
  readonly handle: ApiHandler;
  readonly store: Store;
  readonly clock: Clock;
}

/** Running controllers; disposal stops them and waits for the write under way. */
export interface Controllers extends AsyncDisposable {
  /** Resolves once they have nothing to do but to wait for time to pass. */
  idle(): Promise<void>;
}

interface Surroundings {
  /** Kept up to date here; absent where nobody asks who owns whom. */
  readonly owners: OwnerIndex | undefined;
  readonly served: () => Promise<readonly Pick<ServedResource, "group" | "plural">[]>;
  readonly stopped: AbortController;
  readonly nextTurn: (() => Promise<unknown>) | undefined;
}

const BACKOFF_MS = { first: 1_000, most: 60_000 };
/** A conflict is decided anew at once, but not for ever. */
const AT_ONCE = 5;

/** Those that hear of a resource, worked out once for each. */
const hearingOf = (controllers: readonly Controller[]): ((resource: string) => readonly Controller[]) => {
  const known = new Map<string, readonly Controller[]>();
  return (resource) => {
    const those =
      known.get(resource) ?? controllers.filter(({ hears }) => hears.includes(resource) || hears.includes("*"));
    known.set(resource, those);
    return those;
  };
};

/** Runs controllers on a cluster's events: one queue, one key at a time, each write through the cluster's handler. */
export const runControllers = (
  { clock, handle, store }: ControlledCluster,
  controllers: readonly Controller[],
  { nextTurn, owners, served, stopped }: Surroundings,
): Controllers => {
  const byName = new Map(controllers.map((controller) => [controller.name as string, controller]));
  const hearing = hearingOf(controllers);
  const views = openViews(store, clock, owners);
  const failures = new Map<string, { readonly count: number; readonly message: string | undefined }>();

  /** Sends in order until one is not done; that one is decided anew, at once or later. */
  const carryOut = async (controller: Controller, id: string, writes: readonly Write[]): Promise<void> => {
    for (const write of writes) {
      const sent = await sendWrite(handle, controller.name, write, stopped.signal);
      if (sent.kind === "done") continue;
      const count = (failures.get(id)?.count ?? 0) + 1;
      failures.set(id, { count, message: sent.kind === "refused" ? sent.message : undefined });
      // A first refusal is decided anew at once, too: so that the status tells it.
      if (count <= (sent.kind === "stale" ? AT_ONCE : 1)) queue.add(id);
      else queue.addAfter(id, Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** Math.min(count, 10)));
      return;
    }
    if (writes.length > 0 || failures.get(id)?.message === undefined) failures.delete(id);
  };
  const queue = openWorkQueue(
    clock,
    async (id) => {
      const at = id.indexOf(" ");
      const controller = byName.get(id.slice(0, at));
      if (controller === undefined || stopped.signal.aborted) return;
      try {
        const decision = await controller.decide(id.slice(at + 1), views.viewOf(id, failures.get(id)?.message));
        await carryOut(controller, id, decision.writes);
        if (decision.againMs !== undefined) queue.addAfter(id, decision.againMs);
      } catch (error) {
        // A defect in one object must not end the controllers of all others; nor may it go unseen.
        process.emitWarning(new Error(`${id} cannot be decided`, { cause: error }));
        queue.addAfter(id, BACKOFF_MS.most);
      }
    },
    nextTurn,
  );
  const hear = (event: Pick<StoreEvent, "object" | "type">): void => {
    const isGone = event.type === "DELETED";
    if (!isGone) owners?.note(event.object);
    const { group, name, namespace, plural } = event.object.key;
    const notice = noticeOf(event);
    for (const controller of hearing(`${group}/${plural}`)) {
      for (const key of controller.keysOf(notice)) queue.add(`${controller.name} ${key}`);
      if (!isGone) continue;
      views.forget(`${controller.name} ${namespace}/${name}`);
      failures.delete(`${controller.name} ${namespace}/${name}`);
    }
    if (isGone) owners?.forget(event.object);
  };

  /** Who hears of everything needs to know everything there is; the others only what they hear of. */
  const heard = async (): Promise<readonly Pick<ServedResource, "group" | "plural">[]> => {
    const names = new Set(controllers.flatMap(({ hears }) => hears));
    if (names.has("*")) return served();
    return [...names].map((name) => ({ group: name.split("/")[0] ?? "", plural: name.split("/")[1] ?? "" }));
  };
  const unsubscribe = store.subscribeAll(hear);
  const priming = heard().then((found) => {
    const there = found.flatMap(({ group, plural }) => store.list(group, plural));
    for (const stored of there) owners?.note(stored);
    for (const object of there) hear({ type: "ADDED", object });
  });
  return {
    idle: async () => {
      await priming;
      await queue.idle();
    },
    [Symbol.asyncDispose]: async () => {
      unsubscribe();
      stopped.abort();
      await priming.catch(() => undefined);
      await queue.close();
    },
  };
};
