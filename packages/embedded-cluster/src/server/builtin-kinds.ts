import { builtinStrategies } from "../kinds/builtin-strategies.ts";
import type { KindStrategy, ServedKind } from "../kinds/kind-strategy.ts";
import { builtinModel } from "../schema/builtin-model.ts";
import { builtinKinds } from "../schema/builtin-table.ts";
import { type KindIndex, indexKinds } from "./catalogue.ts";

/** For kinds of which the server only keeps what it is given. */
const KEEPS_ALL: KindStrategy = {};

const served = (): readonly ServedKind[] =>
  builtinKinds.map((kind) => ({
    ...kind,
    strategy: builtinStrategies[`${kind.group}/${kind.kind}`] ?? KEEPS_ALL,
    model: builtinModel(kind),
  }));

let shared: KindIndex | undefined;

/** The kinds of every cluster of this process; made once, never changed. */
export const builtinKindIndex = (): KindIndex => {
  shared ??= indexKinds(served());
  return shared;
};
