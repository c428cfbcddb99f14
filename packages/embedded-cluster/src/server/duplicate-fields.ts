/**
 * Paths of the fields that a JSON text holds twice in one object (`data.a`, `spec.containers[0].name`), in the order
 * in which the second one is met. The text has been parsed before, so it is known to be JSON.
 */
export const duplicateFields = (text: string): readonly string[] => {
  const found: string[] = [];
  let at = 0;

  const skipSpace = (): void => {
    while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  };
  /** Moves behind a string; gives it raw, quotes included. */
  const string = (): string => {
    const start = at;
    for (at += 1; text[at] !== '"'; at += 1) if (text[at] === "\\") at += 1;
    at += 1;
    return text.slice(start, at);
  };
  const object = (path: string): void => {
    const seen = new Set<string>();
    at += 1;
    for (skipSpace(); text[at] !== "}"; skipSpace()) {
      if (text[at] === ",") {
        at += 1;
        continue;
      }
      const raw = string();
      const key = raw.includes("\\") ? (JSON.parse(raw) as string) : raw.slice(1, -1);
      const member = path === "" ? key : `${path}.${key}`;
      if (seen.has(key)) found.push(member);
      seen.add(key);
      skipSpace();
      at += 1; // the colon
      value(member);
    }
    at += 1;
  };
  const array = (path: string): void => {
    at += 1;
    let index = 0;
    for (skipSpace(); text[at] !== "]"; skipSpace()) {
      if (text[at] === ",") {
        at += 1;
        continue;
      }
      value(`${path}[${index}]`);
      index += 1;
    }
    at += 1;
  };
  const value = (path: string): void => {
    skipSpace();
    if (text[at] === "{") object(path);
    else if (text[at] === "[") array(path);
    else if (text[at] === '"') string();
    else while (at < text.length && !",]} \n\r\t".includes(text[at] ?? "")) at += 1;
  };
  value("");
  return [...new Set(found)];
};
