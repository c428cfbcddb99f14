import { hashedBase } from "@evenkeel/apply";
import { refOf } from "@evenkeel/resource";
import type { Json, KubeObject } from "@evenkeel/resource";
import { describeRef, formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";

/** What starts containers again with what was there before: a roll-back to an old ReplicaSet too. */
const NAMING = [
  { group: "apps", kind: "ReplicaSet" },
  { group: "", kind: "Pod" },
  { group: "batch", kind: "Job" },
] as const;

const OVER = ["Succeeded", "Failed", "Complete"];

/** A pod that ended by its phase, a job by a condition. */
const isOver = ({ status }: { readonly status?: Json }): boolean => {
  const { conditions = [], phase = "" } = (status ?? {}) as {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type?: string; readonly status?: string }[];
  };
  return (
    OVER.includes(phase) || conditions.some(({ type = "", status: holds }) => holds === "True" && OVER.includes(type))
  );
};

const says = (value: Json | undefined, name: string): boolean => {
  if (typeof value === "string") return value === name;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((each) => says(each as Json, name));
};

const names = (object: KubeObject, name: string): boolean => {
  return !isOver({ status: object["status"] as Json }) && says(object["spec"] as Json, name);
};

/** The first live object of each namespace that still names one of these by its hashed name, by formatRef. */
export const namedBy = async (run: Run, refs: readonly ObjectRef[]): Promise<ReadonlyMap<string, string>> => {
  const hashed = refs.filter((ref) => hashedBase(ref) !== undefined);
  const found = new Map<string, string>();
  for (const namespace of new Set(hashed.map((ref) => ref.namespace))) {
    for (const kind of NAMING) {
      const { objects } = await run.kube.listAll(kind, { namespace }, run.signal);
      for (const ref of hashed.filter((each) => each.namespace === namespace && !found.has(formatRef(each)))) {
        const by = objects.find((object) => names(object, ref.name));
        if (by !== undefined) found.set(formatRef(ref), describeRef(refOf(by)));
      }
    }
  }
  return found;
};
