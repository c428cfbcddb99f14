import { createListeners } from "@evenkeel/async";
import type { Member } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";

/** Who is live of a service, as far as a watch of `members` tells. */
export interface Roster {
  see(instance: string, member: Member | undefined): void;
  /** The watch starts over: who is not seen again by `settle` is gone. */
  doubt(): void;
  settle(): void;
  instances(capability?: string): readonly string[];
  isSure(): boolean;
  onChange(changed: () => void): Disposable;
}

/** Announced each 2 s: not heard of for so long, a member is gone, whether its end was told or not. */
const GONE_MS = 15_000;
/** Our own announcements come back within so long, or the watch is blind. */
const BLIND_MS = 6_000;

/** `own` is a member whatever is seen: it takes part as long as it asks. */
export const createRoster = (own: string, clock: Pick<Clock, "monotonic">): Roster => {
  const now = (): number => clock.monotonic();
  const members = new Map<string, { readonly member: Member; readonly heardAt: number }>();
  const listeners = createListeners();
  const doubted = new Set<string>();
  let heardSelfAt = -Infinity;
  let told: string | undefined;

  const isSure = (): boolean => now() - heardSelfAt < BLIND_MS;
  /** While the watch is blind nobody is taken for gone: they may say the same of us. */
  const isLive = (heardAt: number): boolean => !isSure() || now() - heardAt < GONE_MS;
  const live = (): readonly (readonly [string, Member])[] =>
    [...members].flatMap(([instance, { member, heardAt }]) =>
      isLive(heardAt) && (!member.draining || instance === own) ? [[instance, member] as const] : [],
    );
  const tell = (): void => {
    const names = live().map(([instance, { capabilities }]) => [instance, ...capabilities].join(" "));
    const key = names.toSorted().join("\n");
    if (key === told) return;
    told = key;
    listeners.tell();
  };
  return {
    see(instance, member) {
      doubted.delete(instance);
      if (member === undefined) members.delete(instance);
      else members.set(instance, { member, heardAt: now() });
      if (instance === own && member !== undefined) heardSelfAt = now();
      tell();
    },
    doubt() {
      for (const instance of members.keys()) doubted.add(instance);
    },
    settle() {
      for (const instance of doubted) members.delete(instance);
      doubted.clear();
      tell();
    },
    instances(capability) {
      const names = live().flatMap(([instance, { capabilities }]) =>
        capability === undefined || capabilities.includes(capability) ? [instance] : [],
      );
      return [...new Set(capability === undefined ? [own, ...names] : names)].toSorted();
    },
    isSure,
    onChange: (changed) => listeners.add(changed),
  };
};
