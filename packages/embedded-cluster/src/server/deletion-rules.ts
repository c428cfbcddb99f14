import { type LiveObject, isMap } from "../json.ts";
import { type Call, timeText } from "./cluster-state.ts";
import type { DeleteOptions } from "./delete-options.ts";
import { conflict } from "./status.ts";
import { textAt } from "../reading.ts";

const ORPHAN = "orphan";
const FOREGROUND = "foregroundDeletion";

export const finalizersOf = (object: LiveObject): readonly string[] => {
  const finalizers = object.metadata["finalizers"];
  return Array.isArray(finalizers) ? finalizers.filter((name) => typeof name === "string") : [];
};

/** Refuses the deletion of another object than was meant. Throws the server's 409. */
export const checkPreconditions = (call: Call, object: LiveObject, options: DeleteOptions): void => {
  const name = textAt(object.metadata, "name");
  const uid = textAt(object.metadata, "uid");
  const version = textAt(object.metadata, "resourceVersion");
  // The message names the kind where others name the resource: so does the server.
  const resource = { group: call.kind.group, plural: call.kind.kind };
  if (options.uid !== undefined && options.uid !== uid) {
    throw conflict(
      resource,
      name,
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== version) {
    throw conflict(
      resource,
      name,
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${version}). The object might have been modified`,
    );
  }
};

const wantsOrphans = (call: Call, finalizers: readonly string[], options: DeleteOptions): boolean => {
  if (options.orphanDependents !== undefined) return options.orphanDependents;
  if (options.propagation !== undefined) return options.propagation === "Orphan";
  if (finalizers.includes(ORPHAN)) return true;
  if (finalizers.includes(FOREGROUND)) return false;
  return call.kind.strategy.defaultPropagation === "orphan";
};

const wantsForeground = (finalizers: readonly string[], options: DeleteOptions): boolean => {
  if (options.orphanDependents !== undefined) return false;
  if (options.propagation !== undefined) return options.propagation === "Foreground";
  const known = finalizers.find((name) => name === ORPHAN || name === FOREGROUND);
  return known === FOREGROUND;
};

/** The finalizers with those of the garbage collector as this deletion wants them; undefined when they stay as they are. */
export const collectorFinalizers = (
  call: Call,
  object: LiveObject,
  options: DeleteOptions,
): readonly string[] | undefined => {
  const had = finalizersOf(object);
  const wanted = had.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  if (call.kind.group === "" && call.kind.kind === "Event") return undefined;
  if (wantsOrphans(call, had, options)) wanted.push(ORPHAN);
  if (wantsForeground(had, options)) wanted.push(FOREGROUND);
  const same = new Set(had).size === new Set(wanted).size && wanted.every((name) => had.includes(name));
  return same ? undefined : wanted;
};

const bumpGeneration = (object: LiveObject): void => {
  const generation = object.metadata["generation"];
  if (typeof generation === "number" && generation > 0) object.metadata["generation"] = generation + 1;
};

/** Marks an object that its finalizers keep. */
export const markAsDeleting = (call: Call, object: LiveObject): void => {
  const now = call.cluster.clock.now().getTime();
  const marked = object.metadata["deletionTimestamp"];
  if (marked === undefined) bumpGeneration(object);
  if (typeof marked !== "string" || Date.parse(marked) > now) object.metadata["deletionTimestamp"] = timeText(now);
  object.metadata["deletionGracePeriodSeconds"] = 0;
};

/** Seconds that a pod is given: as asked, else as it says itself; none where nothing runs. */
const podGrace = (pod: LiveObject, options: DeleteOptions): number => {
  const spec = isMap(pod["spec"]) ? pod["spec"] : {};
  const status = isMap(pod["status"]) ? pod["status"] : {};
  if (textAt(spec, "nodeName") === "") return 0;
  if (status["phase"] === "Failed" || status["phase"] === "Succeeded") return 0;
  const own = spec["terminationGracePeriodSeconds"];
  const asked = options.gracePeriodSeconds ?? (typeof own === "number" ? own : 0);
  return asked < 0 ? 1 : asked;
};

/** `none`: the kind knows no grace; `pending`: being deleted already, nothing to change; `seconds`: the object was marked. */
export type Grace =
  | { readonly kind: "none" }
  | { readonly kind: "pending" }
  | { readonly kind: "marked"; readonly seconds: number };

/** Marks a pod for its graceful end (in place); any other kind has none. */
export const beginGrace = (call: Call, object: LiveObject, options: DeleteOptions): Grace => {
  if (call.kind.group !== "" || call.kind.kind !== "Pod") return { kind: "none" };
  const now = call.cluster.clock.now().getTime();
  const marked = object.metadata["deletionTimestamp"];
  if (typeof marked !== "string") {
    const seconds = podGrace(object, options);
    object.metadata["deletionTimestamp"] = timeText(now + seconds * 1000);
    object.metadata["deletionGracePeriodSeconds"] = seconds;
    bumpGeneration(object);
    return { kind: "marked", seconds };
  }
  const grace = object.metadata["deletionGracePeriodSeconds"];
  if (typeof grace !== "number" || grace === 0) return { kind: "none" };
  const asked = options.gracePeriodSeconds;
  if (asked === undefined || asked >= grace) return { kind: "pending" };
  const shortened = Date.parse(marked) - grace * 1000 + Math.max(asked, 0) * 1000;
  const seconds = shortened < now && asked !== 0 ? 1 : asked < 0 ? 1 : asked;
  object.metadata["deletionTimestamp"] = timeText(Math.max(shortened, now));
  object.metadata["deletionGracePeriodSeconds"] = seconds;
  return { kind: "marked", seconds };
};
