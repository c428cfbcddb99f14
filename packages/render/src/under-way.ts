/**
 * Runs `act` unless the same is under way, then waits for that; what its first asker gave up or failed is begun again.
 */
export const shareUnderWay = async <T>(
  underWay: Map<string, Promise<T>>,
  key: string,
  signal: AbortSignal,
  act: () => Promise<T>,
): Promise<T> => {
  const shared = underWay.get(key);
  if (shared !== undefined) {
    const end = await shared.catch(() => undefined);
    signal.throwIfAborted();
    if (end !== undefined) return end;
  }
  const own = act();
  underWay.set(key, own);
  try {
    return await own;
  } finally {
    if (underWay.get(key) === own) underWay.delete(key);
  }
};
