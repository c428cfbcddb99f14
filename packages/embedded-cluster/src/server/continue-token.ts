import { type Value, isMap } from "../json.ts";
import { goQuote } from "../kinds/validation/go-quote.ts";
import { jsonProblem } from "./decode-body.ts";
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

const refuse = (why: string): never => {
  throw badRequest(`invalid continue token: ${why}`);
};

/** Go's words for bytes that are not JSON: it names the first of them. */
const firstProblem = (bytes: Buffer): string => {
  const [first] = bytes;
  if (first === undefined || first < 0x80) return jsonProblem(bytes.toString("latin1"));
  return `invalid character '${goQuote(String.fromCharCode(first)).slice(1, -1)}' looking for beginning of value`;
};

/** Throws the server's 400 on a token that it did not make. */
export const readContinue = (token: string): ContinueToken => {
  if (!/^[\w-]*$/.test(token)) return refuse("continue key is not valid: illegal base64 data at input byte 0");
  const text = Buffer.from(token, "base64url").toString("utf8");
  let value: Value;
  try {
    value = JSON.parse(text) as Value;
  } catch {
    return refuse(`continue key is not valid: ${firstProblem(Buffer.from(token, "base64url"))}`);
  }
  if (!isMap(value) || value["v"] !== "meta.k8s.io/v1") {
    return refuse("continue key is not valid: server does not recognize this encoded version");
  }
  const { rv, start } = value;
  if (typeof rv !== "number" || rv === 0) {
    return refuse("continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  }
  if (typeof start !== "string" || start === "") {
    return refuse("continue key is not valid: encoded start key empty (version meta.k8s.io/v1)");
  }
  return { resourceVersion: rv, start };
};
