import { parallel } from "@evenkeel/async";
import { bucketPolicies, bucketStream } from "./buckets.ts";
import { BusCheckFailed } from "../bus-errors.ts";
import { retried } from "../facts/read-stored.ts";
import { streams } from "./streams.ts";
import type { Wire } from "../wire/wire.ts";

/** When a stream was made, and what time it was at its server when that was asked. */
interface Birth {
  readonly name: string;
  readonly madeAt: number;
  readonly askedAt: number;
}

const AT_ONCE = 8;

const readBirths = async (wire: Wire, signal?: AbortSignal): Promise<readonly Birth[]> => {
  const births: Birth[] = [];
  const names = [...streams.map(({ name }) => name), ...bucketPolicies.map(({ name }) => bucketStream(name))];
  await parallel(names, AT_ONCE, async (name) => {
    const found = await retried(
      wire,
      () =>
        wire.jsm.streams
          .info(name)
          .catch((error: Error) => (error.name === "StreamNotFoundError" ? undefined : Promise.reject(error))),
      name,
      signal,
    );
    if (found !== undefined)
      births.push({ name, madeAt: Date.parse(found.created), askedAt: Date.parse(found.ts ?? "") });
  });
  return births;
};

const newest = (births: readonly Birth[]): string | undefined =>
  births.length === 0 ? undefined : new Date(Math.max(...births.map(({ madeAt }) => madeAt))).toISOString();

/** When the youngest stream was made: what `EVENKEEL_BUS_REBUILD` takes to name this very bus and none made after it. */
export const readBirth = async (wire: Wire, signal?: AbortSignal): Promise<string | undefined> =>
  newest(await readBirths(wire, signal));

export interface Outdated {
  /** Streams made up to the named time. */
  readonly names: readonly string[];
  /** What names the bus as it is. */
  readonly birth: string | undefined;
}

/**
 * Streams and buckets that were made up to a time. A removal that was cut off names the rest of them; one that was carried
 * out names nothing any more, for what is made anew is younger.
 */
export const readOutdated = async (wire: Wire, until: string, signal?: AbortSignal): Promise<Outdated> => {
  const births = await readBirths(wire, signal);
  const named = Date.parse(until);
  const ahead = births.find(({ askedAt }) => !(askedAt > named));
  // Whatever is made anew would be named as well, and removed at the next migration.
  if (ahead !== undefined)
    throw new BusCheckFailed(`EVENKEEL_BUS_REBUILD is ${until}, which is not over yet at the server`);
  return { names: births.filter(({ madeAt }) => madeAt <= named).map(({ name }) => name), birth: newest(births) };
};
