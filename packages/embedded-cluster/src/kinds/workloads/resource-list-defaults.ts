import type { ValueMap } from "../../json.ts";
import { formatQuantity, milliValue, parseQuantity } from "../validation/quantity.ts";

/** Amounts below a thousandth are rounded up to it. */
export const roundResourceList = (list: ValueMap | undefined): void => {
  for (const [name, amount] of Object.entries(list ?? {})) {
    if (typeof amount !== "string" || !FINE.test(amount)) continue;
    const quantity = parseQuantity(amount);
    if (list !== undefined && quantity.scale < -3)
      list[name] = formatQuantity({ unscaled: milliValue(quantity), scale: -3, format: quantity.format });
  }
};

/** Only these can be finer than a thousandth. */
const FINE = /[nu.]|e-/;
