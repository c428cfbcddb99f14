import { isObject, parseYaml } from "@evenkeel/resource";
import type { JsonObject } from "@evenkeel/resource";

import { refuseLfsPointer } from "../closure.ts";
import { refuse } from "../render-refused.ts";
import { archiveBudget, readChartArchive } from "./chart-archive.ts";
import type { ArchiveBudget } from "./chart-archive.ts";

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
  /** The archives below it, those in unpacked subcharts too, by their path in it, with all files in them. */
  readonly packed: readonly PackedChart[];
}

export interface PackedChart {
  readonly path: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly chart: Chart;
}

/** What all charts of one render are read with. */
export interface ChartReading {
  readonly budget: ArchiveBudget;
  /** Proves that helm may read the file as YAML. */
  readonly check: (file: string, bytes: Uint8Array) => Promise<unknown>;
}

export const chartReading = (check: ChartReading["check"]): ChartReading => ({ budget: archiveBudget(), check });

const MOST_LEVELS = 10;

/** What helm reads as YAML; templates are not YAML yet, and what is under `crds` is read in the output. */
export const YAML_OF_A_CHART =
  /(?:^|\/)(?:Chart\.yaml|Chart\.lock|values\.yaml|requirements\.yaml|requirements\.lock)$/;

/** Reads a chart from its files by path in the chart; throws `ChartRefused` for what helm should not see. */
export const readChart = async (
  place: string,
  all: ReadonlyMap<string, Uint8Array>,
  reading: ChartReading,
  level = 0,
): Promise<Chart> => {
  if (level > MOST_LEVELS) throw refuse("ChartRefused", place, "charts nested too deep", "flatten the dependencies");
  const own = new Map<string, Uint8Array>();
  const below = new Map<string, Map<string, Uint8Array>>();
  const subcharts: Chart[] = [];
  const packed: PackedChart[] = [];
  for (const [path, bytes] of all) {
    const [first, name, ...rest] = path.split("/");
    if (first !== "charts" || name === undefined || /^[._]/.test(name)) own.set(path, bytes);
    else if (rest.length > 0) {
      const files = below.get(name) ?? new Map<string, Uint8Array>();
      below.set(name, files.set(rest.join("/"), bytes));
    } else if (name.endsWith(".tgz"))
      packed.push({ path, ...(await readArchive(`${place}/${path}`, bytes, reading, level)) });
  }
  subcharts.push(...packed.map(({ chart }) => chart));
  for (const [name, files] of below) {
    if (!files.has("Chart.yaml")) continue;
    const chart = await readChart(`${place}/charts/${name}`, files, reading, level + 1);
    subcharts.push(chart);
    packed.push(...chart.packed.map((one) => ({ ...one, path: `charts/${name}/${one.path}` })));
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
  return { place, name, version: versionText, definition, files: own, subcharts, packed };
};

/** A packed chart holds one folder. */
const readArchive = async (
  place: string,
  bytes: Uint8Array,
  reading: ChartReading,
  level: number,
): Promise<Omit<PackedChart, "path">> => {
  const files = new Map<string, Uint8Array>();
  const folders = new Set<string>();
  for (const [path, body] of await readChartArchive(place, bytes, reading.budget)) {
    const [folder = "", ...rest] = path.split("/");
    folders.add(folder);
    if (folders.size > 1 || rest.length === 0) {
      throw refuse(
        "ChartRefused",
        place,
        "the archive holds more than the folder of one chart",
        "pack it with helm package",
      );
    }
    refuseLfsPointer(`${place}/${path}`, body);
    if (YAML_OF_A_CHART.test(path)) await reading.check(`${place}/${path}`, body);
    files.set(rest.join("/"), body);
  }
  return { files, chart: await readChart(place, files, reading, level + 1) };
};

/** A YAML file of a chart as one map; empty for one that is missing or empty. */
export const readMap = (file: string, bytes: Uint8Array | undefined): JsonObject => {
  if (bytes === undefined) return {};
  const [first] = parseYaml(bytes, { file, dialect: "api" }).documents;
  const value = first?.value ?? null;
  if (value === null) return {};
  if (isObject(value)) return value;
  throw refuse("ChartRefused", file, "this is not a map", "write field: value");
};

/** The chart and all below it. */
export const allCharts = (chart: Chart): readonly Chart[] => [chart, ...chart.subcharts.flatMap(allCharts)];
