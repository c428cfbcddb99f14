import type { KindStrategy } from "../kind-strategy.ts";
import { keepFields } from "../keep-fields.ts";

/** A controller's record of a template; it has no status, and its generation is nobody's. */
export const controllerRevisionStrategy: KindStrategy = { validateUpdate: keepFields("data") };
