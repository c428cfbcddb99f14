const steps = [
  { below: 120, unit: "s", seconds: 1 },
  { below: 120 * 60, unit: "m", seconds: 60 },
  { below: 48 * 3600, unit: "h", seconds: 3600 },
  { below: Number.POSITIVE_INFINITY, unit: "d", seconds: 86_400 },
] as const;

/** Time since, in one unit: `41s`, `14m`, `5h`, `3d`; `-` if never. A clock that is behind gives `0s`. */
export const ageOf = (since: Date | undefined, now: Date): string => {
  if (since === undefined) return "-";
  const seconds = Math.max(0, (now.getTime() - since.getTime()) / 1000);
  const step = steps.find(({ below }) => seconds < below) ?? steps[3];
  return `${Math.floor(seconds / step.seconds)}${step.unit}`;
};

/** Milliseconds as seconds for people: `0.02`, `0.4`, `17.3`. */
export const inSeconds = (ms: number): string => {
  const seconds = ms / 1000;
  return seconds < 0.1 ? String(Number(seconds.toFixed(2))) : seconds.toFixed(1);
};
