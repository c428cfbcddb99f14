import type { SeenBug } from "./row.ts";

/** Of drift-detector and status-api: what is seen and told. */
export const wordBugs: readonly SeenBug[] = [
  {
    name: "synced-from-an-old-proof",
    about: "a unit is Synced since its content was live at some time before",
    file: "services/status-api/src/core/unit/unit-condition.ts",
    find: "if (sameVersion(health.version, desired.version)) return true;",
    replace: "return true;",
    invariant: "told.true",
    how: "a commit is followed by another and then taken back, before the detector has told of the one between, and the last is not written yet (the cluster answers with errors)",
  },
  {
    name: "synced-before-it-is-read",
    about: "a unit is Synced as soon as it is written, if its objects were seen at some time",
    file: "services/drift-detector/src/core/summarise-unit.ts",
    find: "wanted.filter((object) => !object.isSeen && object.finding === undefined)",
    replace: "wanted.filter((object) => object.health === undefined && object.finding === undefined)",
    invariant: "told.true",
    how: "an object is edited right after an apply while the watch of its kind is late, ended or shows an old view",
  },
  {
    name: "synced-though-nobody-looks",
    about: "what a drift-detector told stands while it is silent",
    file: "services/status-api/src/core/cluster-record.ts",
    find: "if (watchedAt === undefined || now.getTime() - watchedAt.getTime() > WATCHER_SILENT_MS) {",
    replace: "if (watchedAt === undefined) {",
    invariant: "told.true",
    how: "all replicas of the drift-detector are killed or stopped for more than 10 s, and an object is edited or deleted meanwhile",
  },
  {
    name: "late-word-counts",
    about: "what an earlier owner of a cluster tells late counts as news",
    file: "services/status-api/src/core/unit/unit-record.ts",
    find: "  if (isOutranked({ told: health.epoch, known: unit.health?.epoch, owner })) return unit;\n",
    replace: "",
    invariant: "told.true",
    how: "a drift-detector is stopped with a word in hand, another one takes its cluster and tells of an edit, then the first goes on",
  },
  {
    name: "missed-event-never-listed",
    about: "what was deleted while a watch was down is not found by the list after it",
    file: "packages/kube/src/list-watch.ts",
    find: "    for (const [key, uid] of known) if (!present.has(key)) await tellGone(goneOf(key, uid));\n",
    replace: "",
    invariant: "version.stable",
    how: "a watch ends for good (410, an API server restored) while an object of its kind is deleted by hand: it is not made again, and the unit stays Synced",
  },
];
