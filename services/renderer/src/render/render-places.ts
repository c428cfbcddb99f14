import { placesOf } from "@evenkeel/async";
import type { Sleep } from "@evenkeel/async";
import { nextInTurn, passOver } from "@evenkeel/bus";

/** Dispose to give it back. */
export interface Place extends Disposable {
  /** The render came to its end by itself: whoever waits for a place of its source goes on waiting. */
  ended(): void;
}

/** A bounded number of places to render in, shared among sources. */
export interface RenderPlaces {
  /**
   * Waits for a place. Throws the signal's reason when that ends first, and PlacesBusy where the source's own renders hold
   * its share and none of them comes to an end, but for those that a limit stops.
   */
  take(source: string, signal: AbortSignal): Promise<Place>;
}

/** The source holds its share of the places for so long that whoever waits should give up his delivery. */
export class PlacesBusy extends Error {
  override readonly name = "PlacesBusy";
}

interface Ask {
  readonly source: string;
}

/** `sleep` as of a clock; a source whose renders end goes on waiting, one whose renders hang is told after `patienceMs`. */
export const createRenderPlaces = (count: number, sleep: Sleep, patienceMs = 2_000): RenderPlaces => {
  const held = new Map<string, number>();
  const ends = new Map<string, number>();
  const waiting: Ask[] = [];
  let passed: ReadonlyMap<string, number> = new Map();

  const hold = (source: string, change: 1 | -1): void => {
    const now = (held.get(source) ?? 0) + change;
    if (now === 0) held.delete(source);
    else held.set(source, now);
    if (now === 0 && !waiting.some((one) => one.source === source)) ends.delete(source);
  };
  const next = (): Ask | undefined => {
    const sources = waiting.map(({ source }) => source);
    const at = nextInTurn(sources, { held, passed }, count);
    const [ask] = at === undefined ? [] : waiting.splice(at, 1);
    if (ask === undefined) return undefined;
    passed = passOver(sources, { held, passed }, count, ask.source);
    hold(ask.source, 1);
    return ask;
  };
  const places = placesOf<Ask>({
    add: (ask) => void waiting.push(ask),
    remove: (ask) => void waiting.splice(waiting.indexOf(ask), 1),
    next,
  });
  /** Resolves once its source holds its share and none of its renders has come to an end for so long. */
  const lose = async ({ source }: Ask, signal: AbortSignal): Promise<void> => {
    for (let seen = ends.get(source) ?? 0; ;) {
      await sleep(patienceMs, signal);
      const now = ends.get(source) ?? 0;
      if (held.has(source) && now === seen) return;
      seen = now;
    }
  };
  return {
    take: async (source, signal) => {
      const ask: Ask = { source };
      const lost = new AbortController();
      const until = AbortSignal.any([signal, lost.signal]);
      const taken = places.take(ask, until);
      const over = new AbortController();
      if (waiting.includes(ask)) {
        lose(ask, AbortSignal.any([until, over.signal])).then(
          () => lost.abort(new PlacesBusy(`the renders of source ${source} hold its share of places and do not end`)),
          () => undefined,
        );
      }
      await taken.finally(() => over.abort());
      return {
        ended: () => void ends.set(source, (ends.get(source) ?? 0) + 1),
        [Symbol.dispose]: () => {
          hold(source, -1);
          places.serve();
        },
      };
    },
  };
};
