import type { Work } from "../scenario/scenario.ts";
import { appsOf } from "./desired.ts";
import type { Changes, History, Pushed } from "./history.ts";
import { acceptRewriteText, appText, BROKEN, configMap, stampOf } from "./texts.ts";
import type { DeclaredApp } from "./texts.ts";

export const FLEET = "fleet";

/** What people push to: the fleet and the sources, by name. */
export interface Places {
  readonly history: History;
  readonly repositories: readonly string[];
  readonly clusters: readonly string[];
  /** The tip that the installation has accepted of a repository, if any. */
  readonly accepted: (repository: string) => string | undefined;
  /** The world's time, as a date. */
  readonly now: () => Date;
}

/** Work that is done in Git. */
export type GitWork = Exclude<Work, { readonly kind: "edit-live" | "delete-live" | "foreign-field" | "hint" }>;

const at = <T>(among: readonly T[], which: number): T | undefined => among[which % Math.max(1, among.length)];
const appFile = ({ id }: DeclaredApp): string => `apps/${id}.yaml`;
const broken = ({ path }: DeclaredApp): string => `${path}/broken.yaml`;

/** Files of an application's objects, in the order of their names. */
const objectFiles = (tip: Pushed | undefined, { path }: DeclaredApp): readonly string[] =>
  [...(tip?.files ?? [])]
    .flatMap(([file, text]) => (file.startsWith(`${path}/`) && stampOf(text) !== undefined ? [file] : []))
    .toSorted();

/** Does one piece of work; undefined: there is nothing that it could be done to. What is changed has the push's number in it. */
export const doWork = (work: GitWork, places: Places): Pushed | undefined => {
  const { history, repositories, clusters } = places;
  const stamp = history.pushes + 1;
  const fleet = history.tip(FLEET);
  const apps = appsOf(fleet?.files ?? new Map());
  const push = (repository: string, changes: Changes, on?: Pushed): Pushed =>
    history.push(repository, changes, work.kind, on);
  const declare = (changes: Changes): Pushed => push(FLEET, changes);

  if (work.kind === "add-app") {
    const repository = at(repositories, work.repository);
    if (repository === undefined) return undefined;
    const id = `app-${stamp}`;
    const cluster = stamp % 3 === 0 ? at(clusters, stamp) : undefined;
    push(repository, {
      [`${id}/o0.yaml`]: configMap(`${id}-o0`, stamp),
      [`${id}/o1.yaml`]: configMap(`${id}-o1`, stamp),
    });
    return declare({ [`apps/${id}.yaml`]: appText({ id, name: id, repository, path: id, cluster }) });
  }
  if ("repository" in work && !("app" in work)) {
    const repository = at(repositories, work.repository);
    const tip = repository === undefined ? undefined : history.tip(repository);
    if (repository === undefined || tip === undefined) return undefined;
    if (work.kind === "push-behind") return history.pushBehind(repository);
    if (work.kind === "force-push") {
      const [file, text] = [...tip.files].find(([, each]) => stampOf(each) !== undefined) ?? [];
      const name = stampOf(text ?? "")?.name;
      if (file === undefined || name === undefined || tip.parent === undefined) return undefined;
      return push(repository, { [file]: configMap(name, stamp) }, tip.parent);
    }
    return declare({
      [`overrides/${repository}.yaml`]: acceptRewriteText(
        `rewrite-${stamp}`,
        repository,
        places.accepted(repository) ?? tip.id,
        tip.id,
        new Date(places.now().getTime() + 3_600_000).toISOString(),
      ),
    });
  }
  const app = at(apps, work.app);
  if (app === undefined) return undefined;
  const files = objectFiles(history.tip(app.repository), app);
  const textOf = (file: string): string => history.tip(app.repository)?.files.get(file) ?? "";
  const nameOf = (file: string): string => stampOf(textOf(file))?.name ?? "";
  switch (work.kind) {
    case "change-object":
    case "remove-object":
    case "move-file": {
      const file = at(files, work.object);
      if (file === undefined) return undefined;
      const changedText = configMap(nameOf(file), stamp);
      if (work.kind === "change-object") return push(app.repository, { [file]: changedText });
      const moved = work.kind === "move-file" ? { [`${app.path}/m${stamp}.yaml`]: changedText } : {};
      return push(app.repository, { [file]: undefined, ...moved });
    }
    case "add-object":
      return push(app.repository, { [`${app.path}/n${stamp}.yaml`]: configMap(`${app.id}-n${stamp}`, stamp) });
    case "empty-commit":
      return push(app.repository, {});
    case "bad-commit":
      return push(app.repository, { [broken(app)]: BROKEN });
    case "mend-commit":
      return push(app.repository, { [broken(app)]: undefined });
    case "rename-app":
      return declare({ [appFile(app)]: appText({ ...app, name: `${app.id}-r${stamp}` }) });
    case "remove-app":
      return declare({ [appFile(app)]: undefined });
    case "move-app": {
      const repository = at(repositories, work.repository) ?? app.repository;
      const path = `moved-${stamp}`;
      const moved = files.map((file, n) => [`${path}/o${n}.yaml`, configMap(nameOf(file), stamp)] as const);
      push(repository, Object.fromEntries(moved));
      return declare({ [appFile(app)]: appText({ ...app, repository, path }) });
    }
  }
};
