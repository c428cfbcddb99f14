import { appsOf, isFor, wantedOf } from "../truth/desired.ts";
import { FLEET } from "../truth/do-work.ts";
import type { History } from "../truth/history.ts";
import type { DeclaredApp } from "../truth/texts.ts";
import type { SeenWrite } from "./seen-write.ts";

/** Source to accepted revision, at one time. */
type Revisions = ReadonlyMap<string, string>;

/** What the installation has accepted, from the beginning, and what each of it wants. */
export interface Accepted {
  take(source: string, revision: string): void;
  revisionOf(source: string): string | undefined;
  /** What is wanted now on a cluster: stamps by name of each application; undefined: it cannot be known. */
  wantedOn(cluster: string): ReadonlyMap<DeclaredApp, ReadonlyMap<string, number> | undefined>;
  /** A write of ours took effect: from now on this is the oldest that its object may be judged by. */
  written(write: SeenWrite): void;
  /** Whether something accepted since the object was last written leaves it out. */
  mayBeGone(write: SeenWrite): boolean;
}

export const createAccepted = (history: History): Accepted => {
  const all: Revisions[] = [new Map()];
  const writtenAt = new Map<string, number>();
  const now = (): Revisions => all[all.length - 1] ?? new Map();
  const wantedAt = (revisions: Revisions, cluster: string) => {
    const fleet = history.commit(revisions.get(FLEET) ?? "");
    const apps = appsOf(fleet?.files ?? new Map()).filter((app) => isFor(app, cluster));
    return new Map(
      apps.map((app) => {
        const source = history.commit(revisions.get(app.repository) ?? "");
        return [app, source === undefined ? undefined : wantedOf(app, source.files)] as const;
      }),
    );
  };
  const leavesOut = (revisions: Revisions, { cluster, name }: SeenWrite): boolean =>
    [...wantedAt(revisions, cluster)].every(([app, wanted]) =>
      // What cannot be rendered may want whatever it had; the names of its objects begin with its id.
      wanted === undefined ? !name.startsWith(`${app.id}-`) : !wanted.has(name),
    );
  const keyOf = ({ cluster, name }: SeenWrite): string => `${cluster} ${name}`;
  return {
    take: (source, revision) => {
      if (now().get(source) !== revision) all.push(new Map(now()).set(source, revision));
    },
    revisionOf: (source) => now().get(source),
    wantedOn: (cluster) => wantedAt(now(), cluster),
    written: (write) => void writtenAt.set(keyOf(write), all.length - 1),
    mayBeGone: (write) => all.slice(writtenAt.get(keyOf(write)) ?? 0).some((revisions) => leavesOut(revisions, write)),
  };
};
