/** Foreign text as one line for logs and screens: no control characters or line separators, at most `length` long. */
export const oneLine = (text: string, length: number): string =>
  text.replace(/[\p{Cc}\u2028\u2029]/gu, " ").slice(0, length);
