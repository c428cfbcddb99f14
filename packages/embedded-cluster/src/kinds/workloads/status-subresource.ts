import type { LiveObject } from "../../json.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { keepField } from "../generation.ts";
import { numberAt } from "../../reading.ts";

type Status = NonNullable<KindStrategy["status"]>;

/** The status endpoint of a kind whose spec it leaves alone. */
export const statusOnly = (): Status => ({
  prepareForUpdate: (object, old) => {
    keepField(object, old, "spec");
    keepGeneration(object, old);
  },
});

/** The core keeps it too; a strategy must not count on that. */
const keepGeneration = (object: LiveObject, old: LiveObject): void => {
  const generation = numberAt(old.metadata, "generation");
  if (generation === undefined) delete object.metadata["generation"];
  else object.metadata["generation"] = generation;
};

/** What the endpoints of most kinds with a status give back to the server. */
export const usualResets = { main: [["status"]], status: [["spec"]] } as const;
