import { EVENT_ID, SCALAR_STYLE } from "js-yaml";
import type { Event, ScalarEvent } from "js-yaml";

/**
 * True if some scalar is written in a way that readers of YAML differ about, or about how they write it again: several
 * lines in a style that folds them, or a block (or what may become one) that begins with a tab.
 */
export const hasOddScalar = (text: string, events: readonly Event[]): boolean =>
  events.some((event) => event.type === EVENT_ID.SCALAR && isOdd(text, event));

const isOdd = (text: string, event: ScalarEvent): boolean => {
  const { style, valueStart, valueEnd } = event;
  if (style === SCALAR_STYLE.FOLDED_BLOCK) return true;
  if (style === SCALAR_STYLE.LITERAL_BLOCK)
    return hasTab(text, event) && /^[ \r\n]*\t/.test(text.slice(valueStart, valueEnd));
  const lineEnd = valueStart < 0 ? -1 : text.indexOf("\n", valueStart);
  if (lineEnd >= 0 && lineEnd < valueEnd) return true;
  return style === SCALAR_STYLE.DOUBLE_QUOTED && !event.fast && TAB_AND_LINE.test(text.slice(valueStart, valueEnd));
};

/** Escapes of both, or a tab as it is. */
const TAB_AND_LINE = /(?=[^]*(?:\t|\\(?:t|x09|u0009|U00000009)))(?=[^]*\\(?:n|x0[aA]|u000[aA]|U0000000[aA]))/;

const hasTab = (text: string, { valueStart, valueEnd }: ScalarEvent): boolean => {
  const tab = text.indexOf("\t", valueStart);
  return tab >= 0 && tab < valueEnd;
};
