/**
 * Maps with at most `most` calls under way; results are in the order of the items. After the first failure nothing more
 * begins, what has begun is awaited, and the failure is thrown: nothing goes on that nobody waits for.
 */
export const parallel = async <T, R>(
  items: Iterable<T>,
  most: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> => {
  const results: R[] = [];
  const queue = [...items].entries();
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (const [at, item] of queue) {
      try {
        results[at] = await work(item);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: most }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
};

/**
 * As `parallel`, for items that do not depend on each other: each gets its turn whatever becomes of the others. The first
 * failure is thrown when all have had theirs.
 */
export const eachApart = async <T, R>(
  items: Iterable<T>,
  most: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> => {
  const failures: unknown[] = [];
  const results = await parallel(items, most, (item) =>
    work(item).catch((error: unknown) => {
      failures.push(error);
      return undefined as R;
    }),
  );
  if (failures.length > 0) throw failures[0];
  return results;
};
