import { allCharts } from "./chart.ts";
import type { Chart } from "./chart.ts";

/** How templates may differ from run to run, all else being equal. */
export interface Variance {
  /** Functions that give something else each time, or a map's members in any order. */
  readonly random: readonly string[];
  /** Functions that give the time: two runs in one second can agree by luck. */
  readonly time: readonly string[];
  /** `tpl` runs text that may have been put together while running. */
  readonly dynamic: boolean;
}

const RANDOM =
  /(?<![.$\w])(?:rand[A-Z]\w*|shuffle|uuidv4|genPrivateKey|gen\w*Cert\w*|genCA\w*|htpasswd|bcrypt|encryptAES|derivePassword|keys|values)\b/g;
const TIME = /(?<![.$\w])(?:now|ago|date|dateInZone|date_in_zone|htmlDate|htmlDateInZone)\b/g;
const DYNAMIC = /(?<![.$\w])tpl\b/;

const COMMENT = /^-?\s*\/\*/;

/**
 * What stands between braces, as Go reads it: text in quotes and comments may hold braces of their own. By search, step by
 * step forward: an action that nobody closes is the rest, once. A comment of a template is left out; what is no template
 * may be cut into some while running, so that nothing in it is a comment for sure.
 */
const actionsIn = (text: string, isTemplate: boolean): readonly string[] => {
  const actions: string[] = [];
  for (let from = text.indexOf("{{"); from >= 0;) {
    const start = from + 2;
    const isComment = isTemplate && COMMENT.test(text.slice(start, start + 8));
    const commentEnd = isComment ? text.indexOf("*/", start) : start;
    const to = commentEnd < 0 ? text.length : isComment ? text.indexOf("}}", commentEnd) : endOfAction(text, start);
    const end = to < 0 ? text.length : to;
    if (!isComment) actions.push(text.slice(start, end));
    from = text.indexOf("{{", end + 2);
  }
  return actions;
};

/** Where the braces of an action close it; -1 if nowhere. */
const endOfAction = (text: string, start: number): number => {
  const next = /}}|["'`]/g;
  next.lastIndex = start;
  for (let found = next.exec(text); found !== null; found = next.exec(text)) {
    if (found[0] === "}}") return found.index;
    const after = found[0] === "`" ? text.indexOf("`", next.lastIndex) + 1 : endOfQuote(text, next.lastIndex, found[0]);
    if (after === 0) return -1;
    next.lastIndex = after;
  }
  return -1;
};

/** Quotes end at the line's end too: there Go refuses the template. */
const endOfQuote = (text: string, start: number, quote: string): number => {
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\n" || character === quote) return at + 1;
    if (character === "\\" && text[at + 1] !== "\n") at += 1;
  }
  return text.length;
};

/** Looks at every action of every template, and at values that look like templates, for such functions. */
export const scanTemplates = (chart: Chart, values: readonly Uint8Array[]): Variance => {
  const random = new Set<string>();
  const time = new Set<string>();
  let dynamic = false;
  const scan = (bytes: Uint8Array, isTemplate: boolean): void => {
    for (const action of actionsIn(Buffer.from(bytes).toString("utf8"), isTemplate)) {
      for (const [name] of action.matchAll(RANDOM)) random.add(name);
      for (const [name] of action.matchAll(TIME)) time.add(name);
      dynamic ||= DYNAMIC.test(action);
    }
  };
  for (const { files } of allCharts(chart))
    for (const [path, bytes] of files) scan(bytes, path.startsWith("templates/"));
  for (const bytes of values) scan(bytes, false);
  return { random: [...random].sort(), time: [...time].sort(), dynamic };
};
