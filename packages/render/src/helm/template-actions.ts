const COMMENT = /^-?\s*\/\*/;

/**
 * What stands between braces, as Go reads it: text in quotes and comments may hold braces of their own. By search, step by
 * step forward: an action that nobody closes is the rest, once. A comment of a template is left out; what is no template
 * may be cut into some while running, so that nothing in it is a comment for sure.
 */
export const actionsIn = (text: string, isTemplate: boolean): readonly string[] => {
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
