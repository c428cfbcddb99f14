/** How many bytes a base64 text holds. */
export const bytesIn = (base64: string): number => Buffer.from(base64, "base64").length;

/** A text's UTF-8 form as JSON carries Go's []byte. */
export const toBase64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");

export const fromBase64 = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");
