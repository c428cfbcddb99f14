import { listWatch } from "@evenkeel/kube";
import type { Kube, WatchState } from "@evenkeel/kube";

import { forever } from "./both-fronts.ts";

/** Our own client on all ConfigMaps: what it knows, through which states it went. Its backoffs take no time. */
export const follow = async (kube: Kube, silenceMs?: number) => {
  const seen = new Map<string, string>();
  const told: string[] = [];
  const states: WatchState[] = [];
  const stop = new AbortController();
  let waiting: (() => void)[] = [];
  const notice = (): void => {
    const looks = waiting;
    waiting = [];
    for (const look of looks) look();
  };
  const resource = await kube.resourceOf({ group: "", kind: "ConfigMap" }, forever);
  const running = listWatch(
    kube.transport,
    { resource, rng: { chance: () => 0 }, clock: { sleep: async () => undefined, monotonic: () => 0 }, ...(silenceMs === undefined ? {} : { silenceMs }) },
    {
      onObject: (type, object) => {
        const { name } = object.metadata;
        const value = String((object["data"] as Record<string, string> | undefined)?.["value"]);
        seen.set(name, value);
        told.push(`${type} ${name}=${value}`);
        notice();
      },
      onGone: ({ name }) => {
        seen.delete(name);
        told.push(`GONE ${name}`);
        notice();
      },
      onListed: notice,
      onState: (state) => {
        states.push(state);
        notice();
      },
    },
    stop.signal,
  );
  const until = async (good: () => boolean): Promise<void> => {
    while (!good()) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return {
    seen,
    told,
    states,
    until,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
    },
  };
};
