import { parseJson } from "@evenkeel/resource";

import { type Value, type ValueMap, isMap } from "../json.ts";
import { matchesLabels } from "../kinds/validation/label-selector.ts";
import type { Stored } from "../store/store.ts";
import type { Call } from "./cluster-state.ts";
import type { ListOptions } from "./list-options.ts";
import { type FieldTerms, selectsFields } from "./selectors/field-selector.ts";

const META: ReadonlySet<string> = new Set(["metadata.name", "metadata.namespace"]);

const metaFieldsMatch = (terms: FieldTerms, stored: Stored): boolean =>
  terms.every(({ operator, path, value }) => {
    const own = path === "metadata.name" ? stored.key.name : stored.key.namespace;
    return (own === value) === (operator === "=");
  });

/** Whether the request selects a stored object; text is parsed only where a selector asks for more than the key tells. */
export const selection = (
  call: Call,
  options: Pick<ListOptions, "labels" | "fields">,
): ((stored: Stored) => boolean) => {
  const onlyMeta = options.fields.every(({ path }) => META.has(path));
  const everywhere = call.namespace === "";
  return (stored) => {
    if (!everywhere && stored.key.namespace !== call.namespace) return false;
    if (call.name !== "" && stored.key.name !== call.name) return false;
    if (options.fields.length > 0 && onlyMeta && !metaFieldsMatch(options.fields, stored)) return false;
    if (options.labels.length === 0 && onlyMeta) return true;
    const object = parseJson(stored.json) as Value;
    const metadata: ValueMap = isMap(object) && isMap(object["metadata"]) ? object["metadata"] : {};
    return matchesLabels(options.labels, metadata["labels"]) && (onlyMeta || selectsFields(options.fields, object));
  };
};

/** Whether nothing but place narrows the selection. */
export const selectsAll = (options: Pick<ListOptions, "labels" | "fields">): boolean =>
  options.labels.length === 0 && options.fields.length === 0;
