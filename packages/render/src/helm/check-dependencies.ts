import { canonicalJson, isObject, sha256Hex } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";

import { refuse } from "../render-refused.ts";
import { readMap } from "./chart.ts";
import type { Chart } from "./chart.ts";

const VENDOR = "run helm dependency build and commit charts/ with Chart.lock";

/**
 * Proves that every dependency of a chart is vendored, in the version that the lock file names: nothing is ever
 * downloaded. Throws `DependencyRefused`.
 */
export const checkDependencies = (chart: Chart): void => {
  const written = chart.definition["dependencies"] ?? readOwn(chart, "requirements.yaml")["dependencies"];
  const wanted = listOfMaps(written);
  const lockFile = ["Chart.lock", "requirements.lock"].find((name) => chart.files.has(name));
  const lock = lockFile === undefined ? undefined : readOwn(chart, lockFile);
  const locked = listOfMaps(lock?.["dependencies"]);
  const file = `${chart.place}/${lockFile ?? "Chart.yaml"}`;
  const refused = (problem: string): Error => refuse("DependencyRefused", file, problem, VENDOR);

  for (const { name } of wanted) {
    const label = typeof name === "string" ? name : "without a name";
    const vendored = chart.subcharts.filter((one) => one.name === label);
    if (vendored.length === 0) throw refused(`the dependency ${label} is not in charts/`);
    if (lock === undefined) continue;
    const versions = locked.filter((one) => one["name"] === label).map((one) => one["version"]);
    if (versions.length === 0) throw refused(`the lock file does not name the dependency ${label}`);
    for (const exact of versions) {
      if (typeof exact !== "string" || vendored.some((one) => sameVersion(one.version, exact))) continue;
      const found = vendored.map((one) => one.version).join(", ");
      throw refused(`the dependency ${label} is locked at ${exact}, and charts/ holds ${found}`);
    }
  }
  const digest = lock?.["digest"];
  if (typeof digest === "string" && digest !== lockDigest(wanted, locked)) {
    throw refused("the lock file does not belong to these dependencies");
  }
};

const sameVersion = (one: string, other: string): boolean => one.replace(/^v/, "") === other.replace(/^v/, "");

const readOwn = (chart: Chart, name: string): JsonObject => readMap(`${chart.place}/${name}`, chart.files.get(name));

const listOfMaps = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];

/** Fields in the order in which helm hashes them; those with `always` stand there even when empty. */
const HASHED = [
  { field: "name", always: true },
  { field: "version", always: false },
  { field: "repository", always: true },
  { field: "condition", always: false },
  { field: "tags", always: false },
  { field: "enabled", always: false },
  { field: "import-values", always: false },
  { field: "alias", always: false },
] as const;

/** The digest that helm writes into a lock file: of both lists as Go writes them in JSON. */
const lockDigest = (wanted: readonly JsonObject[], locked: readonly JsonObject[]): string => {
  const one = (dependency: JsonObject): string => {
    const members = HASHED.flatMap(({ field, always }) => {
      const value = dependency[field] ?? (always ? "" : undefined);
      const empty =
        value === undefined || value === "" || value === false || (Array.isArray(value) && value.length === 0);
      return empty && !always ? [] : [`${JSON.stringify(field)}:${canonicalJson(value ?? "")}`];
    });
    return `{${members.join(",")}}`;
  };
  const list = (dependencies: readonly JsonObject[]): string => `[${dependencies.map(one).join(",")}]`;
  const escaped = `[${list(wanted)},${list(locked)}]`.replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `sha256:${sha256Hex(escaped)}`;
};
