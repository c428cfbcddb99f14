import { suggest } from "@evenkeel/declarations";

/** Names that a request may use. */
export interface KnownNames {
  readonly clusters: ReadonlySet<string>;
  readonly apps: ReadonlySet<string>;
  /** False while the fleet was never read: what is not known may be declared. */
  readonly isComplete: boolean;
}

const NAMED = 10;

const listOf = (names: ReadonlySet<string>): string => {
  const sorted = [...names].filter((name) => name !== "").toSorted();
  const more = sorted.length > NAMED ? ` and ${sorted.length - NAMED} more` : "";
  return sorted.length === 0 ? "none is declared" : `known: ${sorted.slice(0, NAMED).join(", ")}${more}`;
};

/** What is wrong with a name of a request, with the names that are known; undefined for "" (any) and for a known one. */
export const unknownName = (what: "cluster" | "app", name: string, known: KnownNames): string | undefined => {
  const names = what === "cluster" ? known.clusters : known.apps;
  if (name === "" || names.has(name)) return undefined;
  const word = what === "cluster" ? "Cluster" : "Application";
  const quoted = JSON.stringify(name);
  if (!known.isComplete) return `${word} ${quoted} is not known yet: the fleet repository has not been read; ask again`;
  const near = suggest(name, [...names]);
  const hint = near === undefined ? "" : `did you mean ${JSON.stringify(near)}? `;
  return `${word} ${quoted} is not declared; ${hint}${listOf(names)}`;
};
