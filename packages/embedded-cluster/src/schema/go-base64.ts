/** Bytes as Go writes them: standard base64, padded. A number is the input byte at which Go finds the text illegal. */
export const canonicalBase64 = (text: string): string | number => {
  if (simple.test(text) && text.length % 4 === 0) return Buffer.from(text, "base64").toString("base64");
  const illegal = illegalByte(text);
  return illegal ?? Buffer.from(text.replaceAll(/[\r\n]/g, ""), "base64").toString("base64");
};

const simple = /^[A-Za-z0-9+/]*={0,2}$/;
const digit = /[A-Za-z0-9+/]/;

/** Go reads four digits at a time, skips line ends, and wants padding: where does it stop? */
const illegalByte = (text: string): number | undefined => {
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  let index = 0;
  const next = (): string | undefined => {
    while (bytes[index] === "\n" || bytes[index] === "\r") index += 1;
    return bytes[index++];
  };
  for (;;) {
    for (let at = 0; at < 4; at += 1) {
      const character = next();
      if (character === undefined) return at === 0 ? undefined : bytes.length - at;
      if (digit.test(character)) continue;
      if (character !== "=" || at < 2) return index - 1;
      if (at === 2) {
        const second = next();
        if (second === undefined) return bytes.length;
        if (second !== "=") return index - 1;
      }
      return next() === undefined ? undefined : index - 1;
    }
  }
};
