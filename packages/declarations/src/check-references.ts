import type { Fault } from "./check-schema.ts";
import type { Declaration } from "./kinds.ts";
import { didYouMean } from "./suggest.ts";

/** What the references of one declaration are checked against. */
export interface Known {
  readonly has: (kind: Declaration["kind"], name: string) => boolean;
  readonly names: (kind: Declaration["kind"]) => readonly string[];
  /** A document of this name stands in the fleet and has faults of its own. */
  readonly isFaulty: (kind: Declaration["kind"], name: string) => boolean;
  /** Name of the application that holds an id. */
  readonly holderOf: (id: string) => string | undefined;
}

/** A fault that ends by itself once another document is mended. */
export interface ReferenceFault extends Fault {
  /** What it waits for; undefined for a fault of its own. */
  readonly waitsFor?: { readonly kind: Declaration["kind"]; readonly name: string };
}

const missing = (kind: Declaration["kind"], name: string, path: readonly string[], known: Known): ReferenceFault => ({
  ...(known.isFaulty(kind, name) ? { waitsFor: { kind, name } } : {}),
  path,
  part: "value",
  message: `no ${kind} named "${name.slice(0, 63)}"`,
  remedy: didYouMean(name, known.names(kind), `declare ${kind} "${name.slice(0, 63)}" first`),
});

/** References of a declaration that lead nowhere, and an id that another application has. */
export const checkReferences = (declaration: Declaration, known: Known): readonly ReferenceFault[] => {
  switch (declaration.kind) {
    case "Application": {
      const { repository, id } = declaration.spec;
      const holder = known.holderOf(id);
      return [
        ...(known.has("Repository", repository)
          ? []
          : [missing("Repository", repository, ["spec", "repository"], known)]),
        ...(holder === undefined || holder === declaration.metadata.name
          ? []
          : [
              {
                path: ["spec", "id"],
                part: "value" as const,
                message: `the id "${id}" belongs to Application "${holder}"`,
                remedy: "give each Application an id of its own",
              },
            ]),
      ];
    }
    case "Override": {
      const { repository } = declaration.spec.scope;
      return known.has("Repository", repository)
        ? []
        : [missing("Repository", repository, ["spec", "scope", "repository"], known)];
    }
    case "Approval": {
      // Its Application may be gone: deleting what it leaves behind is what may need an Approval.
      const { cluster } = declaration.spec.unit;
      return known.has("Cluster", cluster) ? [] : [missing("Cluster", cluster, ["spec", "unit"], known)];
    }
    case "Repository":
    case "Cluster":
      return [];
  }
};
