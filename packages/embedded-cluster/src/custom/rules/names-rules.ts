import type { Value } from "../../json.ts";
import { type FieldError, invalid } from "../../kinds/field-error.ts";
import { dns1035Label } from "../../kinds/validation/names.ts";
import { namesOf } from "../crd-document.ts";

const labelFindings = (value: string, field: string): readonly FieldError[] => {
  const texts = value === "" ? [] : dns1035Label(value);
  return texts.length === 0 ? [] : [invalid(field, value, texts.join(","))];
};

const kindFindings = (value: string, field: string): readonly FieldError[] => {
  const texts = value === "" ? [] : dns1035Label(value.toLowerCase());
  return texts.length === 0
    ? []
    : [invalid(field, value, `may have mixed case, but should otherwise match: ${texts.join(",")}`)];
};

/** The form of the names in spec and in status. */
export const namesRules = (value: Value | undefined, path: string): readonly FieldError[] => {
  const names = namesOf(value);
  const listed = (values: readonly string[], key: string): readonly FieldError[] =>
    values.flatMap((each, index) => {
      const texts = dns1035Label(each);
      return texts.length === 0 ? [] : [invalid(`${path}.${key}[${index}]`, each, texts.join(","))];
    });
  return [
    ...labelFindings(names.plural, `${path}.plural`),
    ...labelFindings(names.singular, `${path}.singular`),
    ...kindFindings(names.kind, `${path}.kind`),
    ...kindFindings(names.listKind, `${path}.listKind`),
    ...listed(names.shortNames, "shortNames"),
    ...(names.kind !== "" && names.kind === names.listKind
      ? [invalid(`${path}.listKind`, names.listKind, "kind and listKind may not be the same")]
      : []),
    ...listed(names.categories, "categories"),
  ];
};
