import { GitFailed } from "./git-failed.ts";
import { isFullId, isFullRef } from "./git-ref.ts";

/** The same id, if it is a full one; throws GitFailed RefInvalid. */
export const checkId = (oid: string): string => {
  if (!isFullId(oid))
    throw new GitFailed("RefInvalid", `${JSON.stringify(oid.slice(0, 80))} is not a full id`, "use one");
  return oid;
};

/** Throws GitFailed RefInvalid unless it is a full Git ref. */
export const checkRef = (ref: string): void => {
  if (isFullRef(ref)) return;
  throw new GitFailed(
    "RefInvalid",
    `${JSON.stringify(ref.slice(0, 80))} is not a full Git ref`,
    "use refs/heads/NAME or refs/tags/NAME",
  );
};

/** The same number, if a ref can have it. */
export const checkNumber = (n: number): number => {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`${n} is not a number of a ref`);
  return n;
};
