import type { Value } from "@evenkeel/embedded-cluster";

export type Verb =
  | "create"
  | "apply"
  | "update"
  | "json-patch"
  | "merge-patch"
  | "strategic-patch"
  | "get"
  | "list"
  | "delete"
  | "delete-collection";

/** One change to an object: `to` undefined removes. */
export interface Edit {
  readonly at: string;
  readonly to: Value | undefined;
}

/** What a body is made of when its turn comes. `latest`: the object as last answered through this version, edited; else `base`. */
export type Body =
  | { readonly from: "value"; readonly value: Value }
  | { readonly from: "latest"; readonly base: Value; readonly edits: readonly Edit[] };

/** How the bytes of a body are spoiled after it was written. */
export type Damage = "truncated" | "empty" | "list" | "text";

/**
 * One request as data, so that a failing sequence can be cut down and told. In bodies and queries the strings `<rv>`, `<stale>`
 * and `<uid>` stand for what earlier answers gave for the object.
 */
export interface Step {
  readonly verb: Verb;
  /** Name of a KindTable. */
  readonly kind: string;
  /** Which of the sequence's objects. */
  readonly object: string;
  readonly subresource: "" | "status" | "scale";
  readonly query: Readonly<Record<string, string>>;
  readonly body?: Body;
  readonly damage?: Damage;
  /** Instead of the verb's own. */
  readonly contentType?: string;
  readonly accept?: string;
}

/** A history of one or two objects, written by a few managers. */
export interface Sequence {
  readonly seed: number;
  readonly index: number;
  readonly namespace: string;
  readonly steps: readonly Step[];
}

export const describeStep = (step: Step): string => {
  const where = step.subresource === "" ? step.object : `${step.object}/${step.subresource}`;
  const query = Object.entries(step.query).map(([name, value]) => `${name}=${value}`);
  const spoiled = step.damage === undefined ? "" : ` (${step.damage})`;
  return `${step.verb} ${step.kind} ${where} ${query.join("&")}${spoiled}`.trim();
};
