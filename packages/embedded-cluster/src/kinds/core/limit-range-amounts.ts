import type { ValueMap } from "../../json.ts";
import { type FieldError, invalid } from "../field-error.ts";
import { compareQuantities, formatQuantity, parseQuantity, type Quantity } from "../validation/quantity.ts";
import { fieldsOf, textOf } from "../validation/read-value.ts";
import { isHugePages, isNativeResource } from "../validation/resource-names.ts";

type Amount = Quantity | undefined;

/** The amounts that one entry names for one resource. */
interface Amounts {
  readonly min: Amount;
  readonly max: Amount;
  readonly normal: Amount;
  readonly request: Amount;
  readonly ratio: Amount;
}

const isMore = (a: Amount, b: Amount): boolean => a !== undefined && b !== undefined && compareQuantities(a, b) > 0;
const written = (amount: Amount): string => (amount === undefined ? "" : formatQuantity(amount));

const approximately = ({ unscaled, scale }: Quantity): number => Number(`${unscaled}e${scale}`);

const validateRatio = ({ ratio, min, max }: Amounts, field: string): readonly FieldError[] => {
  if (ratio === undefined) return [];
  const text = formatQuantity(ratio);
  const errors: FieldError[] = [];
  if (compareQuantities(ratio, { unscaled: 1n, scale: 0, format: "DecimalSI" }) < 0)
    errors.push(invalid(field, text, `ratio ${text} is less than 1`));
  if (min === undefined || max === undefined) return errors;
  const limit = approximately(max) / approximately(min);
  if (approximately(ratio) > limit)
    errors.push(invalid(field, text, `ratio ${text} is greater than max/min = ${limit.toFixed(6)}`));
  return errors;
};

const validateResource = (name: string, amounts: Amounts, at: string): readonly FieldError[] => {
  const { min, max, normal, request } = amounts;
  const field = (key: string): string => `${at}.${key}[${name}]`;
  const errors: FieldError[] = [];
  const find = (key: string, value: Amount, text: string): void => {
    errors.push(invalid(field(key), written(value), text));
  };
  if (isMore(min, max)) find("min", min, `min value ${written(min)} is greater than max value ${written(max)}`);
  if (isMore(min, request))
    find(
      "defaultRequest",
      request,
      `min value ${written(min)} is greater than default request value ${written(request)}`,
    );
  if (isMore(request, max))
    find(
      "defaultRequest",
      request,
      `default request value ${written(request)} is greater than max value ${written(max)}`,
    );
  if (isMore(request, normal))
    find(
      "defaultRequest",
      request,
      `default request value ${written(request)} is greater than default limit value ${written(normal)}`,
    );
  if (isMore(min, normal))
    find("default", min, `min value ${written(min)} is greater than default value ${written(normal)}`);
  if (isMore(normal, max))
    find("default", max, `default value ${written(normal)} is greater than max value ${written(max)}`);
  errors.push(...validateRatio(amounts, field("maxLimitRequestRatio")));
  const overcommits = isNativeResource(name) && !isHugePages(name);
  if (!overcommits && (isMore(normal, request) || isMore(request, normal)))
    find(
      "defaultRequest",
      request,
      `default value ${written(normal)} must equal to defaultRequest value ${written(request)} in ${name}`,
    );
  return errors;
};

/** How the amounts of one entry must stand to each other, resource by resource. */
export const validateAmounts = (limit: ValueMap, at: string): readonly FieldError[] => {
  const isPod = limit["type"] === "Pod";
  const keys = ["max", "min", ...(isPod ? [] : ["default", "defaultRequest"]), "maxLimitRequestRatio"];
  const names = new Set(keys.flatMap((key) => Object.keys(fieldsOf(limit[key]))));
  const amount = (key: string, name: string): Amount => {
    const list = fieldsOf(limit[key]);
    return keys.includes(key) && Object.hasOwn(list, name) ? parseQuantity(textOf(list[name])) : undefined;
  };
  return [...names].toSorted().flatMap((name) =>
    validateResource(
      name,
      {
        min: amount("min", name),
        max: amount("max", name),
        normal: amount("default", name),
        request: amount("defaultRequest", name),
        ratio: amount("maxLimitRequestRatio", name),
      },
      at,
    ),
  );
};
