import type { ValueMap } from "../../json.ts";
import { goQuote } from "../validation/go-quote.ts";
import { formatQuantity, milliValue } from "../validation/quantity.ts";
import { amountsOf } from "./resource-validation.ts";

/** Memory and storage come in whole bytes. */
export const amountWarnings = (
  list: ValueMap | undefined,
  names: readonly string[],
  field: string,
): readonly string[] => {
  const amounts = new Map(amountsOf(list));
  return names.flatMap((name) => {
    const amount = amounts.get(name);
    return amount === undefined || milliValue(amount) % 1000n === 0n
      ? []
      : [`${field}[${name}]: fractional byte value ${goQuote(formatQuantity(amount))} is invalid, must be an integer`];
  });
};
