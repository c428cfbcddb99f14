import type { StateRule } from "./state-key.ts";

/** JSON text. */
export const jsonCodec = <T>(): StateRule<T>["codec"] => ({
  encode: (value) => ({ finish: () => new TextEncoder().encode(JSON.stringify(value)) }),
  decode: (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as T,
});

/** Bytes as they are. */
export const bytesCodec: StateRule<Uint8Array>["codec"] = {
  encode: (value) => ({ finish: () => value }),
  decode: (bytes) => bytes,
};
