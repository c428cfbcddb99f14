import { builtinKinds } from "../../../schema/builtin-table.ts";
import { builtinModel, type BuiltinModel } from "../../../schema/builtin-model.ts";
import { copyOf, type LiveObject } from "../../../json.ts";
import { ApiRefusal, invalid } from "../../../server/status.ts";
import { coreStrategies } from "../../core-strategies.ts";
import type { FieldError } from "../../field-error.ts";
import { DecodeFailed, type KindStrategy, type StrategyContext } from "../../kind-strategy.ts";
import { nameIsDnsSubdomain, pathSegment } from "../../validation/names.ts";
import { textOf } from "../../validation/read-value.ts";
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

const causesOf = (refusal: ApiRefusal): NonNullable<Answer["causes"]> =>
  (refusal.details?.causes ?? []).map(({ reason = "", message = "", field = "" }) => ({ reason, message, field }));

const answer = (ask: () => Answer): Answer => {
  try {
    return ask();
  } catch (error) {
    if (error instanceof DecodeFailed) return { code: 400, message: error.message, warnings: [] };
    if (error instanceof ApiRefusal)
      return { code: error.code, message: error.message, causes: causesOf(error), warnings: [] };
    throw error;
  }
};

interface Prepared {
  readonly model: BuiltinModel;
  readonly group: string;
  readonly namespaced: boolean;
  readonly strategy: KindStrategy;
  readonly object: LiveObject;
}

const systemFields = ["creationTimestamp", "uid", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"];

/** The body as the core hands it to a strategy: decoded, with defaults, system fields set. */
const prepare = (body: LiveObject, old: LiveObject | undefined): Prepared => {
  const [first = "", second] = body.apiVersion.split("/");
  const [group, version] = second === undefined ? ["", first] : [first, second];
  const served = builtinKinds.find((each) => each.group === group && each.kind === body.kind);
  const strategy = coreStrategies[`${group}/${body.kind}`];
  if (served === undefined || strategy === undefined) throw new RangeError(`${group}/${body.kind}: no strategy`);
  const model = builtinModel({ group, version, kind: body.kind });
  const { object } = model.decode(copyOf(body));
  strategy.applyDefaults?.(object);
  const meta = object.metadata;
  for (const field of systemFields) {
    if (old === undefined) delete meta[field];
    else if (old.metadata[field] !== undefined) meta[field] = old.metadata[field];
  }
  if (old?.metadata["generation"] === undefined) delete meta["generation"];
  else meta["generation"] = old.metadata["generation"];
  if (!served.namespaced) delete meta["namespace"];
  else if (meta["namespace"] === undefined) meta["namespace"] = "default";
  else if (meta["namespace"] !== "default") throw new DecodeFailed("another namespace than that of the request");
  return { model, group, namespaced: served.namespaced, strategy, object };
};

/** Events of either group are of the core group inside the server, and are named so. */
const refuse = ({ group, object }: Prepared, errors: readonly FieldError[]): void => {
  if (errors.length > 0)
    throw invalid(object.kind === "Event" ? "" : group, object.kind, textOf(object.metadata["name"]), errors);
};

/** A create as the embedded cluster would do it: decoding, defaults, strategy. */
export const askCreate = (body: LiveObject, taken: Taken): Answer =>
  answer(() => {
    const prepared = prepare(body, undefined);
    const { strategy, object, namespaced } = prepared;
    const context = contextOf(taken);
    strategy.prepareForCreate?.(object, context);
    refuse(prepared, [
      ...(strategy.validatesMetadata === true
        ? []
        : validateObjectMeta(object, namespaced, strategy.validateName ?? nameIsDnsSubdomain)),
      ...(strategy.validateCreate?.(object, context) ?? []),
    ]);
    refuse(prepared, validateObjectMeta(object, namespaced, pathSegment));
    prepared.model.asStored?.(object);
    return { code: 201, object, warnings: strategy.warnings?.(object, undefined) ?? [] };
  });

/** An update of what is stored. */
export const askUpdate = (body: LiveObject, stored: LiveObject, taken: Taken): Answer =>
  answer(() => {
    const old = copyOf(stored);
    const prepared = prepare(body, old);
    const { strategy, object, namespaced } = prepared;
    const context = contextOf(taken);
    strategy.prepareForUpdate?.(object, old, context);
    refuse(prepared, [
      ...validateObjectMeta(object, namespaced, pathSegment),
      ...validateObjectMetaUpdate(object, old),
      ...(strategy.validatesMetadata === true ? [] : validateObjectMetaUpdate(object, old)),
      ...(strategy.validateUpdate?.(object, old, context) ?? []),
    ]);
    prepared.model.asStored?.(object);
    return { code: 200, object, warnings: strategy.warnings?.(object, old) ?? [] };
  });

/** An update through the status subresource. */
export const askStatus = (body: LiveObject, stored: LiveObject): Answer =>
  answer(() => {
    const old = copyOf(stored);
    const prepared = prepare(body, old);
    const { strategy, object, namespaced } = prepared;
    const { status } = strategy;
    if (status === undefined) throw new RangeError(`${body.kind}: no status`);
    status.prepareForUpdate(object, old);
    refuse(prepared, [
      ...validateObjectMeta(object, namespaced, pathSegment),
      ...validateObjectMetaUpdate(object, old),
      ...(status.validateUpdate?.(object, old) ?? []),
    ]);
    prepared.model.asStored?.(object);
    return { code: 200, object, warnings: status.warnings?.(object) ?? [] };
  });
