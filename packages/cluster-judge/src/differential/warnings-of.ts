/** Texts of `299 - "text"` headers, however they were joined. */
export const warningsOf = (header: string | undefined): readonly string[] =>
  header === undefined ? [] : [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? "");
