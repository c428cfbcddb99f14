import type { LiveObject } from "../json.ts";
import { goQuote } from "../kinds/validation/go-quote.ts";
import { qualifiedNameRule } from "../kinds/validation/names.ts";
import { textsAt } from "../reading.ts";

const standard: ReadonlySet<string> = new Set(["orphan", "foregroundDeletion", "kubernetes"]);

/** Warnings for the finalizers that a write adds to a custom resource, in order of their names. */
export const finalizerWarnings = (object: LiveObject, old: LiveObject | undefined): readonly string[] => {
  const had = new Set(old === undefined ? [] : textsAt(old.metadata, "finalizers"));
  const added = new Set(textsAt(object.metadata, "finalizers").filter((name) => !had.has(name)));
  return [...added].toSorted().flatMap((name) => {
    const subject = `metadata.finalizers: ${goQuote(name)}`;
    const texts = qualifiedNameRule(name).map((text) => `${subject}: ${text}`);
    if (name.includes("/") || standard.has(name)) return texts;
    const path = name.includes(".") ? " including a path (/)" : "";
    return [
      ...texts,
      `${subject}: prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`,
    ];
  });
};
