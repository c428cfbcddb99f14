import { isObject, parseYaml } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

import { refuse } from "../render-refused.ts";
import type { Chart } from "./chart.ts";

const REFERENCES: ReadonlySet<string> = new Set(["$ref", "$dynamicRef", "$recursiveRef"]);

/** The languages of schemas that helm holds itself; all others it would fetch. */
const KNOWN_LANGUAGE =
  /^https?:\/\/json-schema\.org\/(?:draft-0[467]\/schema|draft\/(?:2019-09|2020-12)\/schema|schema)#?$/;

/** Throws `ChartRefused` for a schema of values that would be fetched, or read from another file. */
export const checkSchema = (chart: Chart): void => {
  const bytes = chart.files.get("values.schema.json");
  if (bytes === undefined) return;
  const file = `${chart.place}/values.schema.json`;
  const pending: Json[] = parseYaml(bytes, { file, dialect: "api" }).documents.map(({ value }) => value);
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (Array.isArray(value)) pending.push(...(value as readonly Json[]));
    else if (isObject(value)) {
      for (const [key, member] of Object.entries(value)) {
        const remote = REFERENCES.has(key)
          ? typeof member === "string" && !member.startsWith("#")
          : key === "$schema" && typeof member === "string" && !KNOWN_LANGUAGE.test(member);
        if (remote) {
          throw refuse(
            "ChartRefused",
            file,
            `${key} leads to ${JSON.stringify(member)}`,
            "copy it into $defs of this schema",
          );
        }
        if (member !== undefined) pending.push(member);
      }
    }
  }
};
