import { copyOf } from "../../json.ts";
import type { LiveObject } from "../../json.ts";
import { forbidden } from "../field-error.ts";
import { immutable } from "../keep-fields.ts";
import type { Findings } from "./selector-rules.ts";
import { mapAt, mapIn, textAt, isPresent } from "../../reading.ts";
import { sameMeaning } from "../../equal.ts";

/** A claim's spec stays: but for volume and class, once; and size and attributes when it is bound. */
export const keepClaim = (object: LiveObject, old: LiveObject): Findings => {
  const [next, kept] = [copyOf(mapAt(object, "spec") ?? {}), copyOf(mapAt(old, "spec") ?? {})];
  const allow = (key: string): void => {
    delete next[key];
    delete kept[key];
  };
  if (textAt(kept, "volumeName") === "") allow("volumeName");
  if (isPresent(next, "storageClassName") && !isPresent(kept, "storageClassName")) allow("storageClassName");
  if (mapAt(object, "status")?.["phase"] === "Bound") {
    for (const spec of [next, kept]) delete mapIn(spec, "resources", "requests")?.["storage"];
    allow("volumeAttributesClassName");
  }
  const but = "except resources.requests and volumeAttributesClassName for bound claims";
  return [
    ...(sameMeaning(next, kept) ? [] : [forbidden("spec", `spec is immutable after creation ${but}`)]),
    ...immutable(next["volumeMode"], kept["volumeMode"], "volumeMode"),
  ];
};
