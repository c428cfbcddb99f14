import { isMap, type Value } from "../../json.ts";
import { formatQuantity, milliValue, parseQuantity } from "./quantity.ts";
import { textOf } from "./read-value.ts";

const milli = -3;

/** A list of resources by name: what is finer than a thousandth is rounded up to one (SetDefaults_ResourceList). */
export const roundResourceList = (list: Value | undefined): void => {
  if (!isMap(list)) return;
  for (const name of Object.keys(list)) {
    const quantity = parseQuantity(textOf(list[name]));
    if (quantity.scale < milli)
      list[name] = formatQuantity({ unscaled: milliValue(quantity), scale: milli, format: quantity.format });
  }
};
