import type { LiveObject } from "../json.ts";
import type { Resource } from "./decision.ts";

/** All that a controller sees when it looks: its own copies, as of now. */
export interface View {
  /** Milliseconds of the cluster's clock. */
  readonly nowMs: number;
  readonly read: (resource: Resource, namespace: string, name: string) => LiveObject | undefined;
  readonly list: (resource: Resource, namespace: string) => readonly LiveObject[];
  /** The objects of a resource that name `owner` in their ownerReferences. */
  readonly owned: (resource: Resource, owner: LiveObject) => readonly LiveObject[];
  /** Milliseconds since this key was first looked at under this token; another token starts anew. */
  readonly sinceMs: (token: string) => number;
  /** What the last write for this key was refused with; `undefined` when it was not. */
  readonly refusal: string | undefined;
}

/** RFC 3339, whole seconds, UTC, as the API writes times. */
export const timeText = (ms: number): string =>
  `${new Date(Math.floor(ms / 1_000) * 1_000).toISOString().slice(0, 19)}Z`;
