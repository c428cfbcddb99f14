const DOT = 46;

/** Whether a subject without wildcards lies in a filter with or without them. */
export const matches = (filter: string, subject: string): boolean => {
  let f = 0;
  let s = 0;
  for (;;) {
    const fEnd = endOfToken(filter, f);
    if (fEnd - f === 1) {
      const only = filter.charCodeAt(f);
      if (only === 62 && fEnd === filter.length) return s < subject.length; // >
      if (only === 42) {
        const sEnd = endOfToken(subject, s);
        if (fEnd === filter.length) return sEnd === subject.length;
        if (sEnd === subject.length) return false;
        f = fEnd + 1;
        s = sEnd + 1;
        continue;
      }
    }
    const length = fEnd - f;
    if (!subject.startsWith(filter.slice(f, fEnd), s)) return false;
    const sEnd = s + length;
    if (fEnd === filter.length) return sEnd === subject.length;
    if (sEnd >= subject.length || subject.charCodeAt(sEnd) !== DOT) return false;
    f = fEnd + 1;
    s = sEnd + 1;
  }
};

const endOfToken = (text: string, from: number): number => {
  const at = text.indexOf(".", from);
  return at < 0 ? text.length : at;
};

const WILDCARD = /(?:^|\.)(?:\*|>$)(?=\.|$)/;

export const isLiteral = (subject: string): boolean => !WILDCARD.test(subject);

/** Whether some subject lies in both. */
export const collide = (a: string, b: string): boolean => {
  const [as, bs] = [a.split("."), b.split(".")];
  for (let n = 0; ; n++) {
    const [x, y] = [as[n], bs[n]];
    if (x === undefined || y === undefined) return x === y;
    if (x === ">" || y === ">") return true;
    if (x !== y && x !== "*" && y !== "*") return false;
  }
};

/** Whether a subject is made of tokens at all. */
export const isValid = (subject: string): boolean => {
  if (subject === "" || /[\s\0]/.test(subject)) return false;
  const tokens = subject.split(".");
  return tokens.every((token, n) => token !== "" && (token !== ">" || n === tokens.length - 1));
};

/** A filter as a function: the quick ways of what is asked for each message. */
export const filterOf = (filter: string | undefined): ((subject: string) => boolean) => {
  if (filter === undefined || filter === "" || filter === ">") return () => true;
  if (isLiteral(filter)) return (subject) => subject === filter;
  const beforeRest = filter.endsWith(".>") ? filter.slice(0, -1) : "";
  if (beforeRest !== "" && isLiteral(beforeRest.slice(0, -1))) {
    return (subject) => subject.length > beforeRest.length && subject.startsWith(beforeRest);
  }
  return (subject) => matches(filter, subject);
};
