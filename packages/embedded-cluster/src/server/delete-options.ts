import { type ValueMap, isMap } from "../json.ts";
import { type FieldError, invalid as invalidField } from "../kinds/field-error.ts";
import type { Call } from "./cluster-state.ts";
import { mapIn } from "./decode-body.ts";
import { checkDryRun, flag, integer, unsupported } from "./parameters.ts";
import { badRequest, invalid } from "./status.ts";

export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly gracePeriodSeconds: number | undefined;
  readonly orphanDependents: boolean | undefined;
  readonly propagation: "Orphan" | "Background" | "Foreground" | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
}

const POLICIES = ["Foreground", "Background", "Orphan"] as const;

const textIn = (map: ValueMap, field: string): string | undefined => {
  const value = map[field];
  return typeof value === "string" ? value : undefined;
};

const fromBody = (call: Call): ValueMap => {
  const map = mapIn(call);
  const kind = textIn(map, "kind") ?? "";
  if (kind !== "" && kind !== "DeleteOptions") throw badRequest(`the body is a ${kind}, not DeleteOptions`);
  return map;
};

const fromQuery = (query: URLSearchParams): ValueMap => {
  const map: ValueMap = {};
  const grace = integer(query, "gracePeriodSeconds");
  if (grace !== undefined) map["gracePeriodSeconds"] = grace;
  const orphan = flag(query, "orphanDependents");
  if (orphan !== undefined) map["orphanDependents"] = orphan;
  const policy = query.get("propagationPolicy");
  if (policy !== null) map["propagationPolicy"] = policy;
  if (query.has("dryRun")) map["dryRun"] = query.getAll("dryRun");
  return map;
};

const check = (map: ValueMap, dryRun: readonly string[]): void => {
  const errors: FieldError[] = [];
  const policy = textIn(map, "propagationPolicy");
  if (typeof map["orphanDependents"] === "boolean" && policy !== undefined) {
    errors.push(
      invalidField("propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set"),
    );
  }
  if (policy !== undefined && !(POLICIES as readonly string[]).includes(policy)) {
    errors.push(unsupported("propagationPolicy", policy, [...POLICIES, "nil"]));
  }
  errors.push(...checkDryRun(dryRun));
  if (errors.length > 0) throw invalid("meta.k8s.io", "DeleteOptions", "", errors);
};

/** Options of a DELETE, from its body or else from its query. Throws the server's 400 and 422. */
export const deleteOptions = (call: Call): DeleteOptions => {
  const map = call.request.body.length > 0 ? fromBody(call) : fromQuery(call.query);
  const dryRun = Array.isArray(map["dryRun"]) ? map["dryRun"].filter((value) => typeof value === "string") : [];
  check(map, dryRun);
  const preconditions = isMap(map["preconditions"]) ? map["preconditions"] : {};
  const grace = map["gracePeriodSeconds"];
  return {
    dryRun: dryRun.length > 0,
    gracePeriodSeconds: typeof grace === "number" ? grace : undefined,
    orphanDependents: typeof map["orphanDependents"] === "boolean" ? map["orphanDependents"] : undefined,
    propagation: textIn(map, "propagationPolicy") as DeleteOptions["propagation"],
    uid: textIn(preconditions, "uid"),
    resourceVersion: textIn(preconditions, "resourceVersion"),
  };
};
