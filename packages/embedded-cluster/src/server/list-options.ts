import { type FieldError, forbidden } from "../kinds/field-error.ts";
import { parseFieldSelector } from "../kinds/validation/field-selector.ts";
import { type LabelRequirements, SelectorRefused } from "../kinds/validation/label-selector.ts";
import { parseLabelSelector } from "../kinds/validation/parse-label-selector.ts";
import type { Call } from "./cluster-state.ts";
import { flag, integer, unsupported } from "./parameters.ts";
import { type FieldTerms, checkFields } from "./selectors/field-selector.ts";
import { badRequest, invalid } from "./status.ts";

export interface ListOptions {
  readonly watch: boolean;
  readonly labels: LabelRequirements;
  readonly fields: FieldTerms;
  readonly limit: number;
  readonly continueToken: string;
  readonly resourceVersion: string;
  readonly match: string;
  readonly timeoutSeconds: number | undefined;
  readonly bookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
}

const MATCHES = ["Exact", "NotOlderThan"] as const;

const listErrors = (options: ListOptions): readonly FieldError[] => {
  const errors: FieldError[] = [];
  const field = "resourceVersionMatch";
  if (options.match !== "") {
    if (options.resourceVersion === "") {
      errors.push(forbidden(field, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
    }
    if (options.continueToken !== "") {
      errors.push(forbidden(field, "resourceVersionMatch is forbidden when continue is provided"));
    }
    if (!(MATCHES as readonly string[]).includes(options.match)) {
      errors.push(unsupported(field, options.match, [...MATCHES, ""]));
    }
    if (options.match === "Exact" && options.resourceVersion === "0") {
      errors.push(forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (options.sendInitialEvents !== undefined) {
    errors.push(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  return errors;
};

const watchErrors = (options: ListOptions): readonly FieldError[] => {
  const errors: FieldError[] = [];
  const field = "resourceVersionMatch";
  if (options.sendInitialEvents !== undefined && options.match !== "NotOlderThan") {
    errors.push(forbidden(field, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
  }
  if (options.match !== "") {
    if (options.sendInitialEvents === undefined) {
      errors.push(forbidden(field, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
    }
    if (options.match !== "NotOlderThan") errors.push(unsupported(field, options.match, ["NotOlderThan"]));
    if (options.continueToken !== "") {
      errors.push(forbidden(field, "resourceVersionMatch is forbidden when continue is provided"));
    }
  }
  return errors;
};

const selected = <T>(parse: () => T): T => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SelectorRefused) throw badRequest(error.message);
    throw error;
  }
};

/** An old watch without a version is one that sends initial events, but for its bookmark. */
const initialEvents = (query: URLSearchParams): boolean | undefined => flag(query, "sendInitialEvents");

/** Reads and checks the options of LIST and WATCH. Throws the server's 400 and 422. */
export const listOptions = (call: Call, watch: boolean): ListOptions => {
  const { query } = call;
  const options: ListOptions = {
    watch,
    labels: selected(() => parseLabelSelector(query.get("labelSelector") ?? "")),
    fields: selected(() => parseFieldSelector(query.get("fieldSelector") ?? "")),
    limit: integer(query, "limit") ?? 0,
    continueToken: query.get("continue") ?? "",
    resourceVersion: query.get("resourceVersion") ?? "",
    match: query.get("resourceVersionMatch") ?? "",
    timeoutSeconds: integer(query, "timeoutSeconds"),
    bookmarks: flag(query, "allowWatchBookmarks") ?? false,
    sendInitialEvents: initialEvents(query),
  };
  const errors = watch ? watchErrors(options) : listErrors(options);
  if (errors.length > 0) throw invalid("meta.k8s.io", "ListOptions", "", errors);
  const custom = call.cluster.catalogue.isCustom(call.kind) ? (call.kind.selectableFields ?? []) : undefined;
  selected(() => checkFields(options.fields, `${call.kind.group}/${call.kind.kind}`, custom));
  return options;
};
