/** A released version; a missing patch level counts as 0. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The first version number in a text such as `nats-server: v2.15.1` or `5.8.1+ds-1`; undefined when there is none. */
export const parseVersion = (text: string): Version | undefined => {
  // No digit, dot or minus before it: `go1.26` is a toolchain, not the program.
  const match = /(?<![\d.\-a-uw-z])v?(\d+)\.(\d+)(?:\.(\d+))?/i.exec(text);
  return match === null
    ? undefined
    : { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? "0") };
};

/** Negative when `a` is older than `b`, 0 when equal. */
export const compareVersions = (a: Version, b: Version): number =>
  a.major - b.major || a.minor - b.minor || a.patch - b.patch;

export const formatVersion = ({ major, minor, patch }: Version): string => `${major}.${minor}.${patch}`;

/** Which versions of a program we run on, and how to say that. */
export interface Range {
  readonly text: string;
  readonly accepts: (version: Version) => boolean;
}

/** Any version from `floor` (as `2.14.0`) on. */
export const atLeast = (floor: string): Range => {
  const wanted = must(floor);
  return { text: `>= ${floor}`, accepts: (version) => compareVersions(version, wanted) >= 0 };
};

/** Any version whose first numbers are those of `series` (as `5.8` or `4`). */
export const inSeries = (series: string): Range => ({
  text: `${series}.x`,
  accepts: (version) => `${formatVersion(version)}.`.startsWith(`${series}.`),
});

const must = (text: string): Version => {
  const version = parseVersion(text);
  if (version === undefined) throw new TypeError(`${text} is not a version`);
  return version;
};
