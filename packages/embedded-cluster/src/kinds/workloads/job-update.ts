import type { LiveObject } from "../../json.ts";
import { immutable } from "../keep-fields.ts";
import { mapAt } from "../../reading.ts";
import type { Findings } from "./selector-rules.ts";

/** What of a Job may not change. Of an indexed one completions may, together with parallelism. */
export const keepJob = (object: LiveObject, old: LiveObject): Findings => {
  const [spec, before] = [mapAt(object, "spec"), mapAt(old, "spec")];
  const kept = [
    "selector",
    "template",
    "completionMode",
    ...(spec?.["completionMode"] === "Indexed" ? [] : ["completions"]),
  ];
  return kept.flatMap((key) => immutable(spec?.[key], before?.[key], `spec.${key}`));
};
