import { formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

/** `settings-5t6g9b2k4m`: a generator's name with a hash of the content, which changes with it. kustomize writes ten
 *  characters of this alphabet (kyaml `hasher.go`): a number, a date or a customer's id is no hash. */
const HASHED = /^(?<base>.+)-[2456789bcdfghkmt]{10}$/;

/** The name without its hash, for kinds that generators make; undefined: it has none. */
export const hashedBase = ({ group, kind, name }: ObjectRef): string | undefined =>
  group === "" && (kind === "ConfigMap" || kind === "Secret") ? HASHED.exec(name)?.groups?.["base"] : undefined;

const generatorOf = (ref: ObjectRef): string | undefined => {
  const base = hashedBase(ref);
  return base === undefined ? undefined : [ref.kind, ref.namespace, base].join("/");
};

/** Those of what left that were replaced, not removed: for each object that the same generator has in desired under
 *  another name, one that is gone. */
export const replacedByHash = (gone: readonly ObjectRef[], desired: Iterable<ObjectRef>): ReadonlySet<string> => {
  const left = new Set(gone.map(formatRef));
  const places = new Map<string, number>();
  for (const ref of desired) {
    const generator = generatorOf(ref);
    if (generator === undefined || left.has(formatRef(ref))) continue;
    places.set(generator, (places.get(generator) ?? 0) + 1);
  }
  const replaced = gone
    .toSorted((a, b) => (formatRef(a) < formatRef(b) ? -1 : 1))
    .filter((ref) => {
      const generator = generatorOf(ref) ?? "";
      const free = places.get(generator) ?? 0;
      if (free > 0) places.set(generator, free - 1);
      return free > 0;
    });
  return new Set(replaced.map(formatRef));
};
