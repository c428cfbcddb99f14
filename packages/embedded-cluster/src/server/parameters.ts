import type { Value } from "../json.ts";
import { type FieldError, forbidden, required } from "../kinds/field-error.ts";
import { badRequest, invalid } from "./status.ts";

/** Options of a write, read from the query. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** As asked; "" when it was not. */
  readonly fieldManager: string;
  readonly fieldValidation: "Ignore" | "Warn" | "Strict";
  /** Only of an apply. */
  readonly force: boolean;
}

/** A flag of the query; undefined when absent. Whatever is not "false" or "0" is a yes. */
export const flag = (query: URLSearchParams, name: string): boolean | undefined => {
  const value = query.get(name);
  return value === null ? undefined : !(value.toLowerCase() === "false" || value === "0");
};

/** A whole number of the query; undefined when absent or empty. Throws the server's 400. */
export const integer = (query: URLSearchParams, name: string): number | undefined => {
  const value = query.get(name);
  if (value === null || value === "") return undefined;
  if (!/^[+-]?\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(value);
};

/** A value that is none of these, told in the order given. */
export const unsupported = (field: string, badValue: Value, allowed: readonly string[]): FieldError => ({
  type: "FieldValueNotSupported",
  field,
  badValue,
  detail: `supported values: ${allowed.map((value) => JSON.stringify(value)).join(", ")}`,
});

/** Wrong dryRun values: only "All" is one. */
export const checkDryRun = (values: readonly string[]): readonly FieldError[] =>
  values.every((value) => value === "All") ? [] : [unsupported("dryRun", [...values], ["All"])];

type WriteKind = "CreateOptions" | "UpdateOptions" | "PatchOptions";

/** Reads and checks the options of a write. Throws the server's 422. */
export const writeOptions = (query: URLSearchParams, kind: WriteKind, isApply = false): WriteOptions => {
  const fieldManager = query.get("fieldManager") ?? "";
  const dryRun = query.getAll("dryRun");
  const fieldValidation = query.get("fieldValidation") ?? "";
  const force = flag(query, "force");
  const errors: FieldError[] = [];
  if (kind === "PatchOptions") {
    if (isApply && fieldManager === "") errors.push(required("fieldManager", "is required for apply patch"));
    if (!isApply && force !== undefined) errors.push(forbidden("force", "may not be specified for non-apply patch"));
  }
  errors.push(...checkDryRun(dryRun));
  if (!["", "Ignore", "Warn", "Strict"].includes(fieldValidation)) {
    errors.push(unsupported("fieldValidation", fieldValidation, ["", "Ignore", "Strict", "Warn"]));
  }
  if (errors.length > 0) throw invalid("meta.k8s.io", kind, "", errors);
  return {
    dryRun: dryRun.length > 0,
    fieldManager,
    fieldValidation: fieldValidation === "" ? "Warn" : (fieldValidation as WriteOptions["fieldValidation"]),
    force: force ?? false,
  };
};

/** Who is written down as the writer: the asked manager, else what comes before the slash of the User-Agent. */
export const managerOf = (asked: string, userAgent: string): string => asked || userAgent.split("/")[0] || "unknown";
