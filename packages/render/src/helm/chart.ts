import { parseYaml } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";

import { refuse } from "../render-refused.ts";
import { readChartArchive } from "./chart-archive.ts";

/** One chart as helm would load it, subcharts included; nothing in it has run. */
export interface Chart {
  /** For messages: its directory or archive. */
  readonly place: string;
  readonly name: string;
  readonly version: string;
  readonly definition: JsonObject;
  /** Its own files by path in the chart, subcharts left out. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly subcharts: readonly Chart[];
}

const MOST_LEVELS = 10;

/** What helm reads as YAML; templates are not YAML yet, and what is under `crds` is read in the output. */
export const YAML_OF_A_CHART =
  /(?:^|\/)(?:Chart\.yaml|Chart\.lock|values\.yaml|requirements\.yaml|requirements\.lock)$/;

/** Reads a chart from its files by path in the chart; throws `ChartRefused` for what helm should not see. */
export const readChart = (place: string, all: ReadonlyMap<string, Uint8Array>, level = 0): Chart => {
  if (level > MOST_LEVELS) throw refuse("ChartRefused", place, "charts nested too deep", "flatten the dependencies");
  const own = new Map<string, Uint8Array>();
  const below = new Map<string, Map<string, Uint8Array>>();
  const subcharts: Chart[] = [];
  for (const [path, bytes] of all) {
    const [first, name, ...rest] = path.split("/");
    if (first !== "charts" || name === undefined || /^[._]/.test(name)) own.set(path, bytes);
    else if (rest.length > 0) {
      const files = below.get(name) ?? new Map<string, Uint8Array>();
      below.set(name, files.set(rest.join("/"), bytes));
    } else if (name.endsWith(".tgz")) subcharts.push(readArchive(`${place}/${path}`, bytes, level));
  }
  for (const [name, files] of below) {
    if (files.has("Chart.yaml")) subcharts.push(readChart(`${place}/charts/${name}`, files, level + 1));
  }
  const definition = readMap(`${place}/Chart.yaml`, own.get("Chart.yaml"));
  const { name, version } = definition;
  if (typeof name !== "string" || !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    throw refuse(
      "ChartRefused",
      `${place}/Chart.yaml`,
      "the name of the chart is missing or no file name",
      "write name",
    );
  }
  const versionText = typeof version === "string" ? version : "";
  return { place, name, version: versionText, definition, files: own, subcharts };
};

/** A packed chart holds one folder. */
const readArchive = (place: string, bytes: Uint8Array, level: number): Chart => {
  const files = new Map<string, Uint8Array>();
  for (const [path, body] of readChartArchive(place, bytes)) {
    if (YAML_OF_A_CHART.test(path)) parseYaml(body, { file: `${place}/${path}`, dialect: "api" });
    files.set(path.split("/").slice(1).join("/"), body);
  }
  return readChart(place, files, level + 1);
};

/** A YAML file of a chart as one map; empty for one that is missing or empty. */
export const readMap = (file: string, bytes: Uint8Array | undefined): JsonObject => {
  if (bytes === undefined) return {};
  const [first] = parseYaml(bytes, { file, dialect: "api" }).documents;
  const value = first?.value ?? null;
  if (value === null) return {};
  if (isMap(value)) return value;
  throw refuse("ChartRefused", file, "this is not a map", "write field: value");
};

export const isMap = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The chart and all below it. */
export const allCharts = (chart: Chart): readonly Chart[] => [chart, ...chart.subcharts.flatMap(allCharts)];
