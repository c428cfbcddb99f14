const compiled = new Map<string, RegExp | undefined>();

/** Go's RE2 syntax where JavaScript writes it otherwise: a leading flag group, `\z`, `\A`, POSIX classes, `(?P<name>`. */
const translate = (pattern: string): RegExp => {
  let flags = "u";
  const source = pattern
    .replace(/^\(\?([ims]+)\)/, (_all, found: string) => {
      flags += found;
      return "";
    })
    .replaceAll("(?P<", "(?<")
    .replaceAll(String.raw`\A`, "^")
    .replaceAll(String.raw`\z`, "$")
    .replaceAll("[[:alpha:]]", "[A-Za-z]")
    .replaceAll("[[:digit:]]", "[0-9]")
    .replaceAll("[[:alnum:]]", "[0-9A-Za-z]");
  try {
    return new RegExp(source, flags);
  } catch {
    // Without the u flag JavaScript forgives needless escapes, which RE2 allows.
    return new RegExp(source, flags.replace("u", ""));
  }
};

const compile = (pattern: string): RegExp | undefined => {
  try {
    return translate(pattern);
  } catch {
    return undefined;
  }
};

/** A compiled pattern, or undefined where it is no regular expression. */
export const patternOf = (pattern: string): RegExp | undefined => {
  if (!compiled.has(pattern)) compiled.set(pattern, compile(pattern));
  return compiled.get(pattern);
};

/** Whether the pattern is found in the text. A pattern that JavaScript cannot read holds for no text. */
export const matchesPattern = (text: string, pattern: string): boolean => patternOf(pattern)?.test(text) ?? false;
