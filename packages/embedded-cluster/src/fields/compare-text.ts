/** Order of two strings by their code units; the real server's is by bytes, the same but for characters beyond U+FFFF. */
export const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
