import { emptiesOf, isMap, type Value } from "../../json.ts";

/** A text's UTF-8 form as JSON carries Go's []byte. */
export const toBase64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");

/** A null among a map's byte values comes out of the server's conversion as no bytes. */
export const emptyBytes = (map: Value | undefined): void => {
  if (!isMap(map)) return;
  for (const key of Object.keys(map)) if (map[key] === null) map[key] = "";
};

/** A null among a map's byte values is stored as such and read as no bytes: a write that repeats it is never the same as what was read. */
export const hasNilBytes = (map: Value | undefined): boolean =>
  isMap(map) && [...emptiesOf(map)].some((key) => map[key] === "");
