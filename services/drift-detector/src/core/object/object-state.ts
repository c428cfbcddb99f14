import type { ObjectRecord } from "@evenkeel/drift";
import type { Health } from "@evenkeel/health";
import type { KubeObject } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/words";

import type { Found } from "./found.ts";
import type { LastSeen } from "../question/is-done.ts";

/** What is known of the object in the cluster; `version` is the resourceVersion of its last event. */
export type Sight =
  | { readonly kind: "unseen" }
  /** Kept while unresolved: parked, to be confirmed, with an open finding, or surplus. */
  | { readonly kind: "kept"; readonly object: KubeObject; readonly version: string }
  /** Nothing about it is open. */
  | { readonly kind: "let-go"; readonly version: string }
  /** It left the watch's selection. */
  | { readonly kind: "gone" }
  /** Gone, and not missing: it has ended. */
  | { readonly kind: "done" };

/** What the server was asked to merge, and on what. */
export interface Asked {
  readonly live: KubeObject;
  readonly record: ObjectRecord;
  readonly wasHanging: boolean;
}

/** A candidate: would an apply of ours change it? */
export interface Confirming {
  readonly kind: "confirm";
  readonly turn: number;
  readonly tries: number;
  /** Undefined before the server is asked. */
  readonly asked: Asked | undefined;
  /** A candidate was seen since the server was asked last. */
  readonly isSeenAgain: boolean;
}

/** It is not to be seen: is it really gone, and is that drift? */
export interface Checking {
  readonly kind: "check";
  readonly turn: number;
  readonly tries: number;
}

/** It had ended and is being deleted: is `finding` drift? */
export interface Ending {
  readonly kind: "ending";
  readonly turn: number;
  readonly live: KubeObject;
  readonly finding: Found;
}

/** The one answer that an object waits for. */
export type Question = Confirming | Checking | Ending;

/** One object of an inventory, as the detector knows it. Memory only; rebuilt by one list. */
export interface ObjectState {
  readonly ref: ObjectRef;
  readonly record: ObjectRecord | undefined;
  /** The stored form that `record` came from; the record itself may have moved on by itself. */
  readonly stored: string;
  /** resourceVersion of our last write, as the applier recorded it; tells who ended a drift. */
  readonly written: string;
  /** Still in the newest desired; else it is surplus and waits to be pruned. */
  readonly isDesired: boolean;
  readonly sight: Sight;
  /** Seen equal, at or after the apply. */
  readonly isVerified: boolean;
  /** Open until it is judged otherwise. */
  readonly finding: Found | undefined;
  readonly question: Question | undefined;
  /** Counts questions: an answer to an earlier one is late. */
  readonly turn: number;
  /** What of ours the finding was confirmed on: the same again needs no other dry-run. */
  readonly confirmedOn: string;
  /** How often in a row it could not be judged. */
  readonly looks: number;
  /** Its last dry-run was not answered in time: the next one waits behind those of others. */
  readonly isHanging: boolean;
  readonly health: Health | undefined;
  /** How it had ended when it was last seen. */
  readonly lastHealth: Health | undefined;
  /** Whether the object of this uid had ended when it was last seen. */
  readonly ending: { readonly uid: string; readonly state: LastSeen };
  /** Kept while time alone may change its health, with when that state was first seen. */
  readonly waiting: { readonly object: KubeObject; readonly seen: Date } | undefined;
  /** When the event arrived that is being judged. */
  readonly eventAt: Date | undefined;
}

export const newObject = (ref: ObjectRef): ObjectState => ({
  ref,
  record: undefined,
  stored: "",
  written: "",
  isDesired: true,
  sight: { kind: "unseen" },
  isVerified: false,
  finding: undefined,
  question: undefined,
  turn: 0,
  confirmedOn: "",
  looks: 0,
  isHanging: false,
  health: undefined,
  lastHealth: undefined,
  ending: { uid: "", state: "unseen" },
  waiting: undefined,
  eventAt: undefined,
});

/** resourceVersion last seen; "" = never, or gone. */
export const versionOf = (sight: Sight): string => ("version" in sight ? sight.version : "");

/** The object that is kept, if one is. */
export const keptOf = ({ sight }: ObjectState): KubeObject | undefined =>
  sight.kind === "kept" ? sight.object : undefined;

/** Whether it is to be judged again once its unit is free. */
export const isWaiting = ({ sight, isVerified }: ObjectState): boolean =>
  sight.kind === "kept" || sight.kind === "gone" || (sight.kind === "let-go" && !isVerified);
