import { canonicalJson, isObject } from "@evenkeel/resource";
import type { JsonObject, ManifestObject } from "@evenkeel/resource";

import { refuseLfsPointer } from "../closure.ts";
import { makeSet } from "../make-set.ts";
import { parseOptions, warningText } from "../parse/parse-options.ts";
import type { ProduceJob, Produced } from "../produce.ts";
import type { RenderHost } from "../render-host.ts";
import { RenderRefused, refusalIn, refuse } from "../render-refused.ts";
import type { HelmParameters } from "../request.ts";
import { runTool } from "../sandbox/run-tool.ts";
import { isWithin, joinPath, normalPath, relativeTo } from "../source/repo-path.ts";
import type { Tool } from "../tools.ts";
import { allCharts, chartReading, readChart, readMap } from "./chart.ts";
import type { Chart } from "./chart.ts";
import { checkDependencies } from "./check-dependencies.ts";
import { checkSchema } from "./check-schema.ts";
import { requireSameSet } from "./compare-runs.ts";
import { repacked } from "./pack-chart.ts";
import { scanTemplates } from "./scan-templates.ts";
import { templateOrigins } from "./template-origins.ts";
import type { TemplateOrigins } from "./template-origins.ts";

/** Two runs within one second could show the same time: the second begins so long after the first has ended. */
const OTHER_SECOND_MS = 1_100;

/**
 * Proves a chart and its values, then runs `helm template` on a copy of them; twice where a template has a function that
 * may differ by itself.
 */
export const renderHelm = async (job: ProduceJob, host: RenderHost, signal: AbortSignal): Promise<Produced> => {
  const { closure, contents, path, spec } = job;
  const tool = host.tools.helm;
  if (tool === undefined)
    throw refuse("FeatureDisabled", path, "this renderer has no helm", "put helm 4 where it finds it");
  const parameters = spec.helm;
  if (parameters === undefined) {
    throw refuse("RenderFailed", path, "a chart needs a release name and a namespace", "write spec.render.helm");
  }
  const checked: string[] = [];
  for (const { path: file, readAs } of closure.files) {
    const bytes = contents.get(file) ?? new Uint8Array();
    refuseLfsPointer(file, bytes);
    if (readAs === "data") continue;
    const { warnings } = await host.parser.check(bytes, { file, dialect: "api", strict: false }, signal);
    checked.push(...warnings.map(warningText));
  }
  const reading = chartReading((file, bytes) =>
    host.parser.check(bytes, { file, dialect: "api", strict: false }, signal),
  );
  const chart = await readChart(path, filesBelow(path, contents), reading);
  for (const one of allCharts(chart)) {
    checkDependencies(one);
    checkSchema(one);
  }
  const values = valuesOf(parameters, contents);
  const variance = scanTemplates(chart, values);
  const archives = new Map([...(await repacked(chart))].map(([file, bytes]) => [joinPath(path, file, path), bytes]));
  const read = { ...job, contents: new Map([...contents, ...archives]) };
  const run = runner({ job: read, packed: packedFiles(chart, path), parameters, values, tool }, host, signal);

  const first = run();
  // On a busy machine the first may begin late: only its end says which second it can have shown.
  const second =
    variance.time.length > 0
      ? first.then(() => host.clock.sleep(OTHER_SECOND_MS, signal)).then(run)
      : variance.random.length > 0 || variance.dynamic
        ? run()
        : undefined;
  const [made, again] = await Promise.all([first, second]);
  if (again !== undefined)
    requireSameSet(makeSet(made.objects, host.limits), makeSet(again.objects, host.limits), path);
  return {
    objects: made.objects,
    warnings: [...closure.warnings, ...checked, ...made.warnings],
    purity: again === undefined ? "scanned" : "twice",
  };
};

interface HelmRun {
  readonly job: ProduceJob;
  readonly packed: ReadonlyMap<string, Uint8Array>;
  readonly parameters: HelmParameters;
  readonly values: readonly Uint8Array[];
  readonly tool: Tool;
}

const runner =
  (
    { job: { closure, contents, path, spec }, packed, parameters, values, tool }: HelmRun,
    host: RenderHost,
    signal: AbortSignal,
  ) =>
  async (): Promise<{ readonly objects: readonly ManifestObject[]; readonly warnings: readonly string[] }> => {
    const files = new Map([...contents].map(([file, bytes]) => [`tree/${relativeTo(file, closure.root)}`, bytes]));
    for (const [index, bytes] of values.entries()) files.set(valuesName(index), bytes);
    const args = helmArguments(parameters, values.length, `./tree/${relativeTo(path, closure.root)}`);
    const output = await runTool({ tool, args, files, packed, file: path }, await host.sandbox(), signal);
    const origins = templateOrigins(output, path);
    const { objects, warnings } = await byTemplate(origins, () =>
      host.parser.parse(output, parseOptions(origins.outputName, "api", spec), signal),
    );
    const placed = objects.map(({ object, origin }) => ({ object, origin: origins.originOf(origin) }));
    return { objects: placed, warnings: warnings.map(origins.warningOf) };
  };

const byTemplate = async <T>(origins: TemplateOrigins, act: () => Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (error) {
    const refusal = refusalIn(error);
    throw refusal === undefined ? error : new RenderRefused(origins.refusalOf(refusal), { cause: error });
  }
};

/** The files of all packed charts, those inside others too. */
const packedFiles = (chart: Chart, path: string): ReadonlyMap<string, Uint8Array> =>
  new Map(
    chart.packed.flatMap((one) => [
      ...[...one.files].map(([file, bytes]) => [`${path}/${one.path}/${file}`, bytes] as const),
      ...packedFiles(one.chart, `${path}/${one.path}`),
    ]),
  );

/** Everything after `helm`; a name can be no flag, and a list is one flag an item. */
const helmArguments = (parameters: HelmParameters, values: number, chart: string): readonly string[] => [
  "template",
  `--namespace=${parameters.namespace}`,
  ...(parameters.includeCRDs === false ? [] : ["--include-crds"]),
  ...(parameters.kubeVersion === undefined ? [] : [`--kube-version=${parameters.kubeVersion}`]),
  ...(parameters.apiVersions ?? []).toSorted().map((version) => `--api-versions=${version}`),
  ...Array.from({ length: values }, (_, index) => `--values=${valuesName(index)}`),
  "--",
  parameters.releaseName,
  chart,
];

/** Values get names of ours: helm takes a comma for the end of a name. */
const valuesName = (index: number): string => `values-${index}.yaml`;

const valuesOf = (parameters: HelmParameters, contents: ReadonlyMap<string, Uint8Array>): readonly Uint8Array[] => {
  const files = (parameters.valuesFiles ?? []).map((written) => {
    const file = normalPath(written);
    const bytes = contents.get(file) ?? new Uint8Array();
    const value = readMap(file, bytes);
    if (isObject(value["sops"])) {
      throw refuse("RenderFailed", file, "encrypted input of a chart", "keep what is secret in Secrets, not in values");
    }
    return bytes;
  });
  const inline: JsonObject = parameters.values ?? {};
  return Object.keys(inline).length === 0 ? files : [...files, new TextEncoder().encode(canonicalJson(inline))];
};

const filesBelow = (path: string, contents: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> =>
  new Map(
    [...contents].flatMap(([file, bytes]) => (isWithin(file, path) ? [[relativeTo(file, path), bytes] as const] : [])),
  );
