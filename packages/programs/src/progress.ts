/** Says on stderr that a slow step starts, that it still runs (every 30 s), and how long it took or why it failed. */
export const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  const started = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - started) / 1000)} s`;
  process.stderr.write(`evenkeel: ${what} …\n`);
  const still = setInterval(() => process.stderr.write(`evenkeel: ${what}: still at it, ${seconds()}\n`), 30_000);
  try {
    const result = await work();
    process.stderr.write(`evenkeel: ${what}: done in ${seconds()}\n`);
    return result;
  } catch (error) {
    process.stderr.write(`evenkeel: ${what}: failed, ${(error as Error).message}\n`);
    throw error;
  } finally {
    clearInterval(still);
  }
};
