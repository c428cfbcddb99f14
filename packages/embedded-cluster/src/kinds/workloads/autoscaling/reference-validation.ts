import type { ValueMap } from "../../../json.ts";
import { invalid, required } from "../../field-error.ts";
import { pathSegment } from "../../validation/names.ts";
import { type Findings, invalidFor } from "../findings.ts";
import { textAt } from "../reading.ts";

/** How an apiVersion is looked at: with a group, with or without one, or not at all. */
export type VersionCheck = "needs a group" | "any group" | "unchecked";

/** A reference to an object of some version: its kind and name can be segments of a path. */
export const validateReference = (reference: ValueMap | undefined, field: string, check: VersionCheck): Findings => {
  const segment = (key: string): Findings => {
    const value = textAt(reference, key);
    return value === ""
      ? [required(`${field}.${key}`)]
      : invalidFor(`${field}.${key}`, value, pathSegment(value, false));
  };
  const apiVersion = textAt(reference, "apiVersion");
  const problem = versionProblem(apiVersion, check);
  return [
    ...segment("kind"),
    ...segment("name"),
    ...(problem === undefined ? [] : [invalid(`${field}.apiVersion`, apiVersion, problem)]),
  ];
};

export const versionProblem = (apiVersion: string, check: VersionCheck): string | undefined => {
  if (check === "unchecked") return undefined;
  const slashes = apiVersion.split("/").length - 1;
  if (slashes > 1) return `unexpected GroupVersion string: ${apiVersion}`;
  const hasGroup = slashes === 1 && apiVersion.indexOf("/") > 0;
  return check === "needs a group" && !hasGroup ? "apiVersion must specify API group" : undefined;
};
