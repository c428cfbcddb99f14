import { isMap, type LiveObject } from "../../json.ts";
import { invalid } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { emptyBytes, hasNilBytes, toBase64 } from "./bytes.ts";
import { validateImmutable } from "./config-map.ts";
import { mapAt, textAt } from "../../reading.ts";

/** stringData is a way of writing only: its entries replace those of data. */
const mergeStringData = (object: LiveObject): void => {
  const texts = Object.entries(mapAt(object, "stringData") ?? {});
  delete object["stringData"];
  if (texts.length === 0) return;
  const data = isMap(object["data"]) ? object["data"] : {};
  for (const [key, text] of texts) data[key] = toBase64(typeof text === "string" ? text : "");
  object["data"] = data;
};

export const secret: KindStrategy = {
  readsOtherwise: (object) => hasNilBytes(object["data"]),
  applyDefaults: (object) => {
    emptyBytes(object["data"]);
    mergeStringData(object);
    if (textAt(object, "type") === "") object["type"] = "Opaque";
  },
  validateUpdate: (object, old) => [
    ...(object["type"] === old["type"] ? [] : [invalid("type", object["type"] ?? "", "field is immutable")]),
    ...validateImmutable(object, old, ["data"]),
  ],
  prepareForUpdate: (object, old) => {
    if (textAt(object, "type") === "") object["type"] = old["type"] ?? "";
  },
};
