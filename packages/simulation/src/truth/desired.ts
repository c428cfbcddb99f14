import type { Files } from "./history.ts";
import { appOf, stampOf } from "./texts.ts";
import type { DeclaredApp } from "./texts.ts";

/** What one application is to have on a cluster: stamps by name of object; undefined: it cannot be rendered. */
export type Wanted = ReadonlyMap<string, number> | undefined;

/** The applications that a revision of the fleet declares. */
export const appsOf = (fleet: Files): readonly DeclaredApp[] =>
  [...fleet.values()].flatMap((text) => appOf(text) ?? []);

/** What a revision of its source says of an application. */
export const wantedOf = ({ path }: DeclaredApp, source: Files): Wanted => {
  const wanted = new Map<string, number>();
  for (const [file, text] of source) {
    if (!file.startsWith(`${path}/`)) continue;
    const object = stampOf(text);
    if (object === undefined) return undefined;
    wanted.set(object.name, object.stamp);
  }
  return wanted;
};

export const isFor = ({ cluster }: DeclaredApp, name: string): boolean => cluster === undefined || cluster === name;
