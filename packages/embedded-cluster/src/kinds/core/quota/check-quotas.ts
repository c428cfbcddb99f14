import type { LiveObject, ValueMap } from "../../../json.ts";
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  signOf,
  subtractQuantities,
} from "../../validation/quantity.ts";
import { fieldsOf, structsOf, textOf } from "../../validation/read-value.ts";
import { isInScope } from "./scopes.ts";
import { computeUsage, type Counted, type Usage, usageOf } from "./usage.ts";

/** A write that quotas may refuse. Status and other subresources are not asked about. */
export interface QuotaQuestion extends Counted {
  readonly object: LiveObject;
  /** The object before, of an update. */
  readonly old?: LiveObject;
  /** All ResourceQuotas of the namespace; what counts is their status. */
  readonly quotas: readonly LiveObject[];
}

export type QuotaAnswer =
  /** The text behind `secrets "two" is forbidden: `. */
  | { readonly kind: "refused"; readonly message: string }
  /** `status.used` to be written, by the quota's name; only what changes. */
  | { readonly kind: "allowed"; readonly used: ReadonlyMap<string, ValueMap> };

const zero: Quantity = { unscaled: 0n, scale: 0, format: "DecimalSI" };
const constrained = ["cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory"];

const printed = (names: readonly string[], amounts: (name: string) => Quantity | undefined): string =>
  names
    .toSorted()
    .map((name) => `${name}=${formatQuantity(amounts(name) ?? zero)}`)
    .join(",");

const amountIn = (list: Readonly<ValueMap>, name: string): Quantity | undefined =>
  Object.hasOwn(list, name) ? parseQuantity(textOf(list[name])) : undefined;

/** A quota on requests or limits makes every container say its own. */
const unsaid = (pod: LiveObject, restricted: readonly string[]): string | undefined => {
  const spec = fieldsOf(pod["spec"]);
  const missing = new Map<string, Set<string>>();
  for (const container of [...structsOf(spec["containers"]), ...structsOf(spec["initContainers"])]) {
    const { requests, limits } = fieldsOf(container["resources"]);
    const amounts = [requests, limits].map(
      (list) => new Map(Object.entries(fieldsOf(list)).map(([name, text]) => [name, parseQuantity(textOf(text))])),
    );
    const said = computeUsage(amounts[0] ?? new Map(), amounts[1] ?? new Map());
    for (const name of restricted)
      if (constrained.includes(name) && !said.has(name))
        missing.set(name, (missing.get(name) ?? new Set()).add(textOf(container["name"])));
  }
  if (missing.size === 0) return undefined;
  const parts = [...missing].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `must specify ${parts.map(([name, containers]) => `${name} for: ${[...containers].toSorted().join(",")}`).join("; ")}`;
};

const names = (usage: Usage, list: Readonly<ValueMap>): readonly string[] =>
  Object.keys(list).filter((name) => usage.has(name));

/** Names that a quota could restrict for the kind, whether or not this object uses them. */
const restrictedNames = (question: QuotaQuestion, usage: Usage, hard: Readonly<ValueMap>): readonly string[] =>
  question.group === "" && question.plural === "pods"
    ? Object.keys(hard).filter((name) => usage.has(name) || constrained.includes(name))
    : names(usage, hard);

const handles = ({ group, plural, old }: QuotaQuestion): boolean =>
  old === undefined || (group === "" && (plural === "services" || plural === "persistentvolumeclaims"));

const difference = (next: Usage, before: Usage): Usage =>
  new Map(
    [...next].map(([name, amount]) => {
      const left = subtractQuantities(amount, before.get(name) ?? zero);
      return [name, signOf(left) < 0 ? zero : left];
    }),
  );

/** Asks the quotas of a namespace as the ResourceQuota admission plugin does: the first that is exceeded refuses. */
export const checkQuotas = (question: QuotaQuestion): QuotaAnswer => {
  const used = new Map<string, ValueMap>();
  if (!handles(question)) return { kind: "allowed", used };
  const { object, old } = question;
  const usage = usageOf(question, object);
  const charged = old === undefined ? usage : difference(usage, usageOf(question, old));
  for (const quota of question.quotas) {
    const name = textOf(quota.metadata["name"]);
    const status = fieldsOf(quota["status"]);
    const [hard, before] = [fieldsOf(status["hard"]), fieldsOf(status["used"])];
    const restricted = restrictedNames(question, usage, hard);
    if (restricted.length === 0 || !isInScope(question, object, quota)) continue;
    const missing = question.plural === "pods" && question.group === "" ? unsaid(object, restricted) : undefined;
    if (missing !== undefined) return { kind: "refused", message: `failed quota: ${name}: ${missing}` };
    if (!restricted.every((each) => Object.hasOwn(before, each)))
      return {
        kind: "refused",
        message: `status unknown for quota: ${name}, resources: ${restricted.toSorted().join(",")}`,
      };
    const asked = names(charged, hard).filter((each) => signOf(charged.get(each) ?? zero) !== 0);
    if (asked.length === 0) continue;
    const after = new Map(
      asked.map((each) => [each, addQuantities(amountIn(before, each) ?? zero, charged.get(each) ?? zero)]),
    );
    const exceeded = asked.filter(
      (each) => compareQuantities(after.get(each) ?? zero, amountIn(hard, each) ?? zero) > 0,
    );
    if (exceeded.length > 0)
      return {
        kind: "refused",
        message: `exceeded quota: ${name}, requested: ${printed(exceeded, (each) => charged.get(each))}, used: ${printed(exceeded, (each) => amountIn(before, each))}, limited: ${printed(exceeded, (each) => amountIn(hard, each))}`,
      };
    const next: ValueMap = { ...before };
    for (const [each, amount] of after) next[each] = formatQuantity(amount);
    used.set(name, next);
  }
  return { kind: "allowed", used };
};
