import { parseJson } from "@evenkeel/resource";

import type { LiveObject } from "../json.ts";
import type { StoreEvent, StoreKey } from "../store/store.ts";
import type { Decision } from "./decision.ts";
import type { View } from "./view.ts";
import { mapsAt, textAt } from "../reading.ts";

export type ControllerName =
  | "deployment"
  | "replicaset"
  | "statefulset"
  | "daemonset"
  | "job"
  | "kubelet"
  | "namespace"
  | "garbage-collector"
  | "serviceaccount"
  | "root-ca";

/** A change, or an object that was there at the start, parsed at most once for all who look. */
export interface Notice {
  readonly type: StoreEvent["type"];
  readonly key: StoreKey;
  readonly json: string;
  readonly object: () => LiveObject;
}

export const noticeOf = ({ object, type }: Pick<StoreEvent, "object" | "type">): Notice => {
  let parsed: LiveObject | undefined;
  return {
    type,
    key: object.key,
    json: object.json,
    object: () => {
      parsed ??= parseJson(object.json) as LiveObject;
      return parsed;
    },
  };
};

/** One loop: what concerns it, and what it decides for one of its keys. */
export interface Controller {
  readonly name: ControllerName;
  /** Resources whose changes it hears of, `group/plural`; "*" is all. */
  readonly hears: readonly string[];
  /** Its keys that a change makes look at. */
  readonly keysOf: (notice: Notice) => readonly string[];
  readonly decide: (key: string, view: View) => Decision | Promise<Decision>;
}

export const keyFor = (namespace: string, name: string): string => `${namespace}/${name}`;

export const splitKey = (key: string): readonly [namespace: string, name: string] => {
  const slash = key.indexOf("/");
  return [key.slice(0, slash), key.slice(slash + 1)];
};

/** The key of the controller of this kind that owns the object. */
export const ownerKeys = (notice: Notice, kind: string): readonly string[] =>
  notice.json.includes('"ownerReferences"')
    ? mapsAt(notice.object().metadata, "ownerReferences")
        .filter((owner) => owner["controller"] === true && owner["kind"] === kind)
        .map((owner) => keyFor(notice.key.namespace, textAt(owner, "name")))
    : [];
