import { parseFieldSelector } from "../kinds/validation/field-selector.ts";
import { type LabelRequirements, SelectorRefused } from "../kinds/validation/label-selector.ts";
import { parseLabelSelector } from "../kinds/validation/parse-label-selector.ts";
import type { Call } from "./cluster-state.ts";
import { flag, integer } from "./parameters.ts";
import { type FieldTerms, checkFields } from "./selectors/field-selector.ts";
import { badRequest } from "./status.ts";

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

const selected = <T>(parse: () => T): T => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SelectorRefused) throw badRequest(error.message);
    throw error;
  }
};

/** Reads and checks the options of LIST and WATCH. Which go together is not looked at. Throws the server's 400. */
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
    sendInitialEvents: flag(query, "sendInitialEvents"),
  };
  const { group, kind, selectableFields = [] } = call.kind;
  selected(() => checkFields(options.fields, `${group}/${kind}`, selectableFields));
  return options;
};
