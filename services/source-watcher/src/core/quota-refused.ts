/** Repositories up to this size are stored whole: what applications need of them need not be worked out. */
const WHOLE_BYTES = 16 * 1024 * 1024;

/** Small changes of what runs are taken until there is no room at all. */
const SMALL_BYTES = 1024 * 1024;
const roomFor = { small: 0.97, other: 0.9 } as const;

/** Whether a repository of this size is stored whole, or only what its applications need. */
export const isSmall = (bytes: number, quotaBytes: number): boolean => bytes <= Math.min(WHOLE_BYTES, quotaBytes);

export interface QuotaQuestion {
  readonly neededBytes: number;
  readonly quotaBytes: number;
  /** Of what is needed, that which is not stored yet. */
  readonly newBytes: number;
  readonly store: { readonly bytes: number; readonly maxBytes: number };
}

const inMiB = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** Why a revision is not stored; undefined: there is room. A source is refused long before it stops others. */
export const quotaRefused = ({ neededBytes, quotaBytes, newBytes, store }: QuotaQuestion): string | undefined => {
  if (neededBytes > quotaBytes)
    return `what its applications need is ${inMiB(neededBytes)}, more than the ${inMiB(quotaBytes)} that one source may have`;
  const share = newBytes <= SMALL_BYTES ? roomFor.small : roomFor.other;
  if (store.maxBytes > 0 && store.bytes + newBytes > share * store.maxBytes)
    return `there is no room for another ${inMiB(newBytes)}: ${inMiB(store.bytes)} of ${inMiB(store.maxBytes)} for all sources are taken`;
  return undefined;
};
