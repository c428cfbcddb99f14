import type { LiveObject, Value } from "@evenkeel/embedded-cluster/internals/json";
import { copyOf, isMap } from "@evenkeel/embedded-cluster/internals/json";
import type { Choices } from "./choices.ts";

/** Places in the body below metadata, as the holder and its key. */
const places = (value: Value, found: [Value[] | Record<string, Value>, string][] = []): typeof found => {
  if (Array.isArray(value) || isMap(value)) {
    for (const key of Object.keys(value)) {
      found.push([value, key]);
      places((value as Record<string, Value>)[key] as Value, found);
    }
  }
  return found;
};

const odd: readonly Value[] = [null, 7, 1.5, "text", true, ["a"], [{}], { q: "r" }, {}, []];

/** The body with one thing wrong: an unknown field, a value of another type, an item twice, a kind that is not asked for. */
export const spoil = (choose: Choices, body: LiveObject): LiveObject => {
  const out = copyOf(body);
  const inner = places(out).filter(
    ([holder, key]) => holder !== (out as unknown) || !["apiVersion", "kind", "metadata"].includes(key),
  );
  const place = choose.oneOf(inner);
  const [holder, key] = place ?? [out, "spec"];
  switch (choose.below(5)) {
    case 0:
      (isMap(holder) ? holder : out)["unheardOf"] = choose.oneOf(odd);
      return out;
    case 1:
      if (Array.isArray(holder)) holder.push(copyOf(holder[Number(key)] as Value));
      else holder[key] = choose.oneOf(odd);
      return out;
    case 2:
      return choose.oneOf<LiveObject>([
        { ...out, kind: "Other" },
        { ...out, apiVersion: "v9" },
        { ...out, metadata: { ...out.metadata, managedFields: [] } },
        { ...out, metadata: { ...out.metadata, managedFields: null } },
        { ...out, metadata: { ...out.metadata, nickname: "x" } },
      ]);
    default:
      if (Array.isArray(holder)) holder[Number(key)] = choose.oneOf(odd);
      else holder[key] = choose.oneOf(odd);
      return out;
  }
};
