import { compareText } from "../fields/compare-text.ts";
import type { FieldSet } from "../fields/field-set.ts";
import { pathsOf } from "../fields/field-set.ts";
import { showElement } from "../fields/path-element.ts";
import type { ApplyConflict } from "./managed-fields.ts";
import type { ManagerEntry, ManagerTable } from "./manager-table.ts";

/** `"name"`, with its subresource, and for one who wrote without applying the version: `"kubectl" with subresource "status" using apps/v1`. */
const showManager = ({ manager, operation, apiVersion, subresource }: ManagerEntry): string => {
  const named =
    subresource === ""
      ? JSON.stringify(manager)
      : `${JSON.stringify(manager)} with subresource ${JSON.stringify(subresource)}`;
  return operation === "Update" ? `${named} using ${apiVersion}` : named;
};

/** One conflict a field and manager, managers in order of their ids (the server leaves that order to chance). */
export const conflictsOf = (conflicts: ReadonlyMap<string, FieldSet>, managers: ManagerTable): ApplyConflict[] =>
  [...conflicts]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([id, set]) => {
      const owner = showManager(managers.get(id) as ManagerEntry);
      return pathsOf(set).map((path) => ({
        manager: owner,
        field: path.map((element) => showElement(element)).join(""),
        message: `conflict with ${owner}`,
      }));
    });

export interface ConflictText {
  /** Of the 409 with reason Conflict. */
  readonly message: string;
  /** `details.causes`. */
  readonly causes: readonly {
    readonly reason: "FieldManagerConflict";
    readonly message: string;
    readonly field: string;
  }[];
}

/** The Status of an apply that was refused for its conflicts, of which there is at least one. */
export const describeConflicts = (conflicts: readonly ApplyConflict[]): ConflictText => {
  const causes = conflicts.map(({ message, field }) => ({ reason: "FieldManagerConflict" as const, message, field }));
  const [first] = conflicts;
  if (conflicts.length === 1 && first !== undefined) {
    return { message: `Apply failed with 1 conflict: conflict with ${first.manager}: ${first.field}`, causes };
  }
  const fieldsOf = Map.groupBy(conflicts, ({ manager }) => manager);
  const lines = [...fieldsOf].flatMap(([manager, of]) => [
    `conflicts with ${manager}:`,
    ...of.map(({ field }) => `- ${field}`),
  ]);
  return { message: `Apply failed with ${conflicts.length} conflicts: ${lines.join("\n")}`, causes };
};
