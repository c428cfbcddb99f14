/** A string's length as Go counts it: bytes of its UTF-8 form. */
export const byteLength = (text: string): number => Buffer.byteLength(text, "utf8");

export const tooLong = (limit: number): string => `must be no more than ${limit} bytes`;
/** The same limit in the words of the older functions (path elements, port names, config keys). */
export const tooManyCharacters = (limit: number): string => `must be no more than ${limit} characters`;
export const mustNotBeEmpty = "must be non-empty";
export const mustNotBeNegative = "must be greater than or equal to 0";

/** What apimachinery says when a regular expression does not match. */
export const mismatch = (rule: string, expression: string, ...examples: readonly string[]): string => {
  const shown = examples.map((example) => `'${example}', `).join(" or ");
  return examples.length === 0
    ? `${rule} (regex used for validation is '${expression}')`
    : `${rule} (e.g. ${shown}regex used for validation is '${expression}')`;
};
