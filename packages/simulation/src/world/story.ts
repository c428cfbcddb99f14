import { createHash } from "node:crypto";

/** One line of what happened, for people. */
export interface Told {
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
}

/** The last things that happened, readable: all of them would be the world's weight in memory. */
export interface Story {
  tell(atMs: number, who: string, what: string): void;
  last(count?: number): readonly Told[];
  /** Of all that was ever told: the same for two runs that went the same way. */
  digest(): string;
}

export const createStory = (most = 400): Story => {
  const told: Told[] = [];
  const all = createHash("sha1");
  return {
    tell: (atMs, who, what) => {
      told.push({ atMs, who, what });
      all.update(`${atMs} ${who} ${what}\n`);
      if (told.length > 2 * most) told.splice(0, told.length - most);
    },
    last: (count = most) => told.slice(-count),
    digest: () => all.copy().digest("hex"),
  };
};

export const storyLine = ({ atMs, who, what }: Told): string =>
  `${(atMs / 1000).toFixed(3).padStart(10)} s  ${who}: ${what}`;
