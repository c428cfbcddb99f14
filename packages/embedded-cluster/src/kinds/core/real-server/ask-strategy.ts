import { builtinKinds } from "../../../schema/builtin-table.ts";
import { builtinModel } from "../../../schema/builtin-model.ts";
import { copyOf, type LiveObject } from "../../../json.ts";
import { ApiRefusal, invalid } from "../../../server/status.ts";
import { coreStrategies } from "../../core-strategies.ts";
import type { FieldError } from "../../field-error.ts";
import { DecodeFailed, type KindStrategy, type StrategyContext } from "../../kind-strategy.ts";
import { nameIsDnsSubdomain, pathSegment } from "../../validation/names.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../validation/object-meta.ts";

/** What was answered, in a form that both sides can give. */
export interface Answer {
  readonly code: number;
  readonly object?: LiveObject;
  readonly message?: string;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
  readonly warnings: readonly string[];
}

/** Addresses and ports that the real server has given away already. */
export interface Taken {
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
}

const contextOf = (taken: Taken): StrategyContext => {
  const [addresses, ports] = [new Set(taken.addresses), new Set(taken.ports)];
  const take = <T>(set: Set<T>, value: T): T | undefined => {
    if (set.has(value)) return undefined;
    set.add(value);
    return value;
  };
  return {
    now: "2026-01-01T00:00:00Z",
    random: () => 0.5,
    dryRun: true,
    allocateClusterIP: (asked = "10.96.7.7") => (asked.startsWith("10.96.") ? take(addresses, asked) : undefined),
    allocateNodePort: (asked = 0) => (asked >= 30_000 && asked <= 32_767 ? take(ports, asked) : undefined),
    get: () => undefined,
  };
};

const checkCreate = (strategy: KindStrategy, object: LiveObject, namespaced: boolean): readonly FieldError[] => {
  const own = [
    ...(strategy.validatesMetadata === true
      ? []
      : validateObjectMeta(object, namespaced, strategy.validateName ?? nameIsDnsSubdomain)),
    ...(strategy.validateCreate?.(object, contextOf({ addresses: [], ports: [] })) ?? []),
  ];
  return own.length > 0 ? own : validateObjectMeta(object, namespaced, pathSegment);
};

/** A create (no `stored`) or update of the object as the embedded cluster would do it: decoding, defaults, strategy. */
export const askStrategy = (
  body: LiveObject,
  stored: LiveObject | undefined,
  taken: Taken = { addresses: [], ports: [] },
): Answer => {
  try {
    return answered(body, stored, taken);
  } catch (error) {
    if (error instanceof ApiRefusal)
      return { code: error.code, message: error.message, causes: causesOf(error), warnings: [] };
    throw error;
  }
};

const causesOf = (refusal: ApiRefusal): NonNullable<Answer["causes"]> =>
  (refusal.details?.causes ?? []).map(({ reason = "", message = "", field = "" }) => ({ reason, message, field }));

const answered = (body: LiveObject, stored: LiveObject | undefined, taken: Taken): Answer => {
  const [group, version] = body.apiVersion.includes("/") ? body.apiVersion.split("/") : ["", body.apiVersion];
  const served = builtinKinds.find((each) => each.group === group && each.kind === body.kind);
  const strategy = coreStrategies[`${group}/${body.kind}`];
  if (served === undefined || strategy === undefined || group === undefined || version === undefined)
    throw new RangeError(`${group}/${body.kind}: no strategy`);
  let object: LiveObject;
  try {
    ({ object } = builtinModel({ group, version, kind: body.kind }).decode(copyOf(body)));
  } catch (error) {
    if (error instanceof DecodeFailed) return { code: 400, message: error.message, warnings: [] };
    throw error;
  }
  strategy.applyDefaults?.(object);
  const meta = object.metadata;
  const old = stored === undefined ? undefined : copyOf(stored);
  for (const field of ["creationTimestamp", "uid", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"]) {
    if (old === undefined) delete meta[field];
    else if (old.metadata[field] !== undefined) meta[field] = old.metadata[field];
  }
  if (!served.namespaced) delete meta["namespace"];
  else if (meta["namespace"] === undefined) meta["namespace"] = "default";
  const given = contextOf(taken);
  const name = typeof meta["name"] === "string" ? meta["name"] : "";
  if (old === undefined) {
    strategy.prepareForCreate?.(object, given);
    const errors = checkCreate(strategy, object, served.namespaced);
    if (errors.length > 0) throw invalid(group, body.kind, name, errors);
  } else {
    if (old.metadata["generation"] === undefined) delete meta["generation"];
    else meta["generation"] = old.metadata["generation"];
    strategy.prepareForUpdate?.(object, old, given);
    const errors = [
      ...validateObjectMeta(object, served.namespaced, pathSegment),
      ...validateObjectMetaUpdate(object, old),
      ...(strategy.validatesMetadata === true ? [] : validateObjectMetaUpdate(object, old)),
      ...(strategy.validateUpdate?.(object, old, given) ?? []),
    ];
    if (errors.length > 0) throw invalid(group, body.kind, name, errors);
  }
  return { code: old === undefined ? 201 : 200, object, warnings: strategy.warnings?.(object, old) ?? [] };
};
