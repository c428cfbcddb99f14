/** Runs work on all items, at most `limit` at a time; after the first failure nothing begins, and what has begun is awaited. */
export const inParallel = async <T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> => {
  let next = 0;
  let failed: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    while (failed === undefined) {
      const item = items[next++];
      if (item === undefined) return;
      await work(item).catch((error: unknown) => (failed ??= { error }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  if (failed !== undefined) throw (failed as { readonly error: unknown }).error;
};
