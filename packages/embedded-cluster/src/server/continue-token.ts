import { type Value, isMap } from "../json.ts";
import { badRequest } from "./status.ts";

/** Where a list goes on: version -1 means that the rest may be newer than the first part. */
export interface ContinueToken {
  readonly resourceVersion: number;
  /** The first path of the next page, below the list's namespace. */
  readonly start: string;
}

/** Opaque to clients; as the real server, base64 of a small JSON document. */
export const writeContinue = ({ resourceVersion, start }: ContinueToken): string =>
  Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: resourceVersion, start })).toString("base64url");

const read = (token: string): Value => {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as Value;
  } catch {
    return null;
  }
};

/** Throws the server's 400 on a token that it did not make. */
export const readContinue = (token: string): ContinueToken => {
  const value = read(token);
  const { rv, start } = isMap(value) ? value : {};
  if (typeof rv !== "number" || rv === 0 || typeof start !== "string" || start === "")
    throw badRequest("invalid continue token: continue key is not valid");
  return { resourceVersion: rv, start };
};
