import type { Value } from "../json.ts";
import { DecodeFailed, type Decoded } from "../kinds/kind-strategy.ts";
import type { PatchFailed } from "../patch/patch-failed.ts";
import type { BuiltinModel } from "../schema/builtin-model.ts";
import { ConversionFailed } from "../schema/merged-object.ts";
import { withoutKind } from "./check-kind.ts";
import type { Call } from "./cluster-state.ts";
import { ApiRefusal, type StatusDetails } from "./status.ts";

/** The refusal that a failed patch is answered with. */
export const refusalOf = (failed: PatchFailed): ApiRefusal =>
  new ApiRefusal(failed.status, failed.reason, failed.message, failed.details as StatusDetails | undefined);

/** Go's converter instead of its JSON decoder, where the kind has one. */
export const readMerged = (call: Call, document: Value): Decoded => {
  const { model } = call.kind;
  return "readMerged" in model ? (model as BuiltinModel).readMerged(document) : model.decode(document);
};

/** What is wrong with a merged object, without the words that name its kind; undefined for other errors. */
export const problemOf = (error: unknown): string | undefined =>
  error instanceof DecodeFailed || error instanceof ConversionFailed ? withoutKind(error.message) : undefined;
