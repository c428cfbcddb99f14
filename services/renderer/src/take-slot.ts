import { nextInTurn, passOver } from "@evenkeel/bus";

/** Dispose to give it back. */
export interface Place extends Disposable {
  /** The render came to its end by itself: whoever waits for a place of its source goes on waiting. */
  ended(): void;
}

/** A bounded number of places to render in, shared among sources. */
export interface Slots {
  /**
   * Waits for a place. Throws the signal's reason when that ends first, and SlotsBusy where the source's own renders hold
   * its share and none of them comes to an end, but for those that a limit stops.
   */
  take(source: string, signal: AbortSignal): Promise<Place>;
}

/** The source holds its share of the places for so long that whoever waits should give up his delivery. */
export class SlotsBusy extends Error {
  override readonly name = "SlotsBusy";
}

interface Waiting {
  readonly source: string;
  readonly begin: () => void;
}

/** `sleep` as of a clock; a source whose renders end goes on waiting, one whose renders hang is told after `patienceMs`. */
export const createSlots = (
  count: number,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
  patienceMs = 2_000,
): Slots => {
  const held = new Map<string, number>();
  const ends = new Map<string, number>();
  const waiting: Waiting[] = [];
  let passed: ReadonlyMap<string, number> = new Map();

  const hold = (source: string, change: 1 | -1): void => {
    const now = (held.get(source) ?? 0) + change;
    if (now === 0) held.delete(source);
    else held.set(source, now);
    if (now === 0 && !waiting.some((one) => one.source === source)) ends.delete(source);
  };
  const serve = (): void => {
    for (;;) {
      const sources = waiting.map(({ source }) => source);
      const next = nextInTurn(sources, { held, passed }, count);
      if (next === undefined) return;
      const [one] = waiting.splice(next, 1);
      if (one === undefined) return;
      passed = passOver(sources, { held, passed }, count, one.source);
      hold(one.source, 1);
      one.begin();
    }
  };
  const leave = (one: Waiting): boolean => {
    const at = waiting.indexOf(one);
    if (at >= 0) waiting.splice(at, 1);
    return at >= 0;
  };
  const lose = async (one: Waiting, signal: AbortSignal): Promise<void> => {
    for (let seen = ends.get(one.source) ?? 0; ;) {
      await sleep(patienceMs, signal);
      const now = ends.get(one.source) ?? 0;
      if (held.has(one.source) && now === seen) return;
      seen = now;
    }
  };
  return {
    take: async (source, signal) => {
      signal.throwIfAborted();
      const { promise, resolve } = Promise.withResolvers<void>();
      const one: Waiting = { source, begin: resolve };
      waiting.push(one);
      serve();
      if (waiting.includes(one)) {
        const over = new AbortController();
        const lost = lose(one, AbortSignal.any([signal, over.signal])).catch(() => undefined);
        await Promise.race([promise, lost]);
        over.abort();
        if (leave(one)) {
          signal.throwIfAborted();
          throw new SlotsBusy(`the renders of source ${source} hold its share of places and do not end`);
        }
      }
      return {
        ended: () => void ends.set(source, (ends.get(source) ?? 0) + 1),
        [Symbol.dispose]: () => {
          hold(source, -1);
          serve();
        },
      };
    },
  };
};
