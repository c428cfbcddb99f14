import type { ObjectSource } from "../source/object-source.ts";

const once = <T>(read: (oid: string, signal: AbortSignal) => Promise<T>) => {
  const known = new Map<string, Promise<T>>();
  return (oid: string, signal: AbortSignal): Promise<T> => {
    const answer = known.get(oid) ?? read(oid, signal);
    known.set(oid, answer);
    return answer;
  };
};

/** Asks the source once for each object, whoever reads it after: of git, an answer is a program of its own. */
export const readOnceSource = (source: ObjectSource): ObjectSource => ({
  readTree: once(source.readTree),
  readBlob: once(source.readBlob),
});
