const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration with units (`90s`, `1h30m`); undefined for any other text, a bare number included. */
export const parseDurationMs = (text: string): number | undefined => {
  if (!/^(?:\d+(?:ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g)) total += Number(count) * (unitMs[unit ?? ""] ?? 0);
  return Number.isSafeInteger(total) ? total : undefined;
};
