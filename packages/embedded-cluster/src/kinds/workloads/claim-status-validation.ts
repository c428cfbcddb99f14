import type { LiveObject, ValueMap } from "../../json.ts";
import { invalid } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { qualifiedNameRule } from "../validation/names.ts";
import { formatQuantity, isWhole, type Quantity, signOf } from "../validation/quantity.ts";
import { type Findings, invalidFor, unsupported } from "./findings.ts";
import { mapAt, stringsAt } from "./reading.ts";
import { amountsOf } from "./resource-validation.ts";

const RESIZES = [
  "ControllerResizeInProgress",
  "ControllerResizeInfeasible",
  "NodeResizeInProgress",
  "NodeResizeInfeasible",
  "NodeResizePending",
];

/** A claim's status as a controller writes it: sizes, and how far a resize has come. */
export const validateClaimStatus = (object: LiveObject, old: LiveObject): Findings => {
  const status = mapAt(object, "status");
  return [
    ...validateCoreObjectMetaUpdate(object, old),
    ...sizes(mapAt(status, "capacity"), (name, amount) => negative(amount, `status.capacity[${name}]`)),
    ...Object.entries(stringsAt(status, "allocatedResourceStatuses"))
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .flatMap(([name, state]) => [
        ...validateKey(name, "status.allocatedResourceStatuses"),
        ...(RESIZES.includes(state) ? [] : [unsupported("status.allocatedResourceStatuses", name, RESIZES)]),
      ]),
    ...sizes(mapAt(status, "allocatedResources"), (name, amount) => {
      const keys = validateKey(name, "status.allocatedResources");
      return keys.length > 0 ? keys : negative(amount, `status.allocatedResources[${name}]`);
    }),
  ];
};

const sizes = (list: ValueMap | undefined, check: (name: string, amount: Quantity) => Findings): Findings =>
  amountsOf(list).flatMap(([name, amount]) => check(name, amount));

/** Told as the whole number that the server holds. */
const negative = (amount: Quantity, field: string): Findings =>
  signOf(amount) < 0 && isWhole(amount)
    ? [
        invalid(
          field,
          Number(formatQuantity({ ...amount, format: "DecimalExponent" })),
          "must be a valid resource quantity",
        ),
      ]
    : [];

/** Of the resources without a domain only storage is a volume's. */
const validateKey = (name: string, field: string): Findings => {
  const findings: readonly FieldError[] = invalidFor(field, name, qualifiedNameRule(name));
  if (findings.length > 0 || name === "storage") return findings;
  return !name.includes("/") || name.includes("kubernetes.io/") ? [unsupported(field, name, ["storage"])] : [];
};
