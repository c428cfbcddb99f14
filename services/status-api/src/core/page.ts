import { createHash } from "node:crypto";

/** One page of a list whose order is fixed. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Empty at the end. */
  readonly nextPageToken: string;
}

/** A page token that does not belong to this list. */
export class PageTokenInvalid extends Error {
  override readonly name = "PageTokenInvalid";
}

const sizes = { default: 100, most: 1000 } as const;

const filterHash = (filter: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(filter)).digest("base64url").slice(0, 12);

const writeToken = (filter: readonly string[], last: string): string =>
  Buffer.from(JSON.stringify([1, filterHash(filter), last])).toString("base64url");

const readToken = (filter: readonly string[], token: string): string => {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch (error) {
    throw new PageTokenInvalid("page_token is not one of ours", { cause: error });
  }
  const [version, hash, last] = Array.isArray(parts) ? (parts as readonly unknown[]) : [];
  if (version !== 1 || typeof last !== "string") throw new PageTokenInvalid("page_token is not one of ours");
  if (hash !== filterHash(filter)) throw new PageTokenInvalid("page_token belongs to another filter");
  return last;
};

/** The page after a token of a list sorted by `keyOf`; the token names the last item, so that items which come or go
 *  between two pages are neither repeated nor the cause of a gap. Size 0 means 100; at most 1,000. */
export const pageOf = <T>(
  sorted: readonly T[],
  keyOf: (item: T) => string,
  request: { readonly filter: readonly string[]; readonly pageSize: number; readonly pageToken: string },
): Page<T> => {
  const size = Math.min(request.pageSize === 0 ? sizes.default : request.pageSize, sizes.most);
  const last = request.pageToken === "" ? undefined : readToken(request.filter, request.pageToken);
  const from = last === undefined ? 0 : sorted.findIndex((item) => keyOf(item) > last);
  const items = from === -1 ? [] : sorted.slice(from, from + size);
  const end = items.at(-1);
  const more = end !== undefined && from + items.length < sorted.length;
  return { items, nextPageToken: more ? writeToken(request.filter, keyOf(end)) : "" };
};
