import { sha256Hex } from "@evenkeel/resource";

import { refuseLfsPointer } from "../closure.ts";
import type { Closure, ClosureFile } from "../closure.ts";
import { giveWay } from "../give-way.ts";
import { makeSet } from "../make-set.ts";
import type { CheckedYaml } from "../parse/parser.ts";
import { parseOptions, warningText } from "../parse/parse-options.ts";
import type { ProduceJob, Produced } from "../produce.ts";
import type { RenderHost } from "../render-host.ts";
import { RenderRefused, refuse, refusalIn } from "../render-refused.ts";
import { runTool } from "../sandbox/run-tool.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { relativeTo } from "../source/repo-path.ts";
import type { Tool } from "../tools.ts";
import { asRead } from "./as-read.ts";
import { refuseCostlyBuild } from "./build-cost.ts";
import { buildHere } from "./build-here.ts";
import { withObject } from "./built-object.ts";
import { dialectOf } from "./kustomization.ts";

const toolOf = ({ path }: ProduceJob, { tools }: RenderHost): Tool => {
  if (tools.kustomize !== undefined) return tools.kustomize;
  throw refuse("FeatureDisabled", path, "this renderer has no kustomize", "put kustomize 5.8 where it finds it");
};

/** Builds a kustomization by ourselves; undefined where that may not be the same, and where the program shall judge it. */
export const renderKustomizeHere = async (
  job: ProduceJob,
  host: RenderHost,
  signal: AbortSignal,
): Promise<Produced | undefined> => {
  toolOf(job, host);
  return isSampled(job.closure) ? undefined : buildAlone(job, host, signal);
};

const buildAlone = async (
  { closure, contents, path, spec }: ProduceJob,
  { builds, limits, parser }: RenderHost,
  signal: AbortSignal,
): Promise<Produced | undefined> => {
  if (spec.substitute !== undefined || !builds.here) return undefined;
  const here = await buildHere(path, contents, { limits, parser, signal });
  if (here === undefined) return undefined;
  return {
    objects: here.objects,
    warnings: [...closure.warnings, ...here.warnings.map(warningText)],
    purity: "static",
  };
};

/** Builds a kustomization with the program, which judges what we would have made of it by ourselves. */
export const renderKustomize = async (job: ProduceJob, host: RenderHost, signal: AbortSignal): Promise<Produced> => {
  const tool = toolOf(job, host);
  if (!isSampled(job.closure)) return buildWithProgram(job, tool, host, signal);
  const [judged, here] = [
    await settled(buildWithProgram(job, tool, host, signal)),
    await buildAlone(job, host, signal),
  ];
  if ("error" in judged) {
    if (here === undefined || !isTooMuch(judged.error)) throw judged.error;
    return here;
  }
  if (here === undefined) return judged.value;
  if (makeSet(here.objects, host.limits).digest === makeSet(judged.value.objects, host.limits).digest) return here;
  host.builds.here = false;
  const warning = `${job.path}: kustomize was not needed and gave another result; it builds all from now on, please report it`;
  return { ...judged.value, warnings: [...judged.value.warnings, warning] };
};

const settled = async <T>(work: Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> => {
  try {
    return { value: await work };
  } catch (error) {
    return { error };
  }
};

// The program comes to no end of what we build at once. Nobody's closure is refused for being the one in fifty that is judged.
const isTooMuch = (error: unknown): boolean => {
  const code = refusalIn(error)?.code;
  return code === "LimitExceeded" || code === "RenderTimeout";
};

/** One closure in fifty, the same ones each time, is built both ways. */
const isSampled = ({ files }: Closure): boolean =>
  Number.parseInt(sha256Hex(files.map(({ oid }) => oid).join()).slice(0, 4), 16) < 0x10000 / 50;

/** Proves every file that kustomize will read, then runs `kustomize build` on a copy of them. */
const buildWithProgram = async (
  { closure, contents, path, spec }: ProduceJob,
  tool: Tool,
  host: RenderHost,
  signal: AbortSignal,
): Promise<Produced> => {
  const checked = await Promise.all(
    closure.files.map((file) =>
      checkFile(file, contents.get(file.path) ?? new Uint8Array(), spec.strictYaml === true, host, signal),
    ),
  );
  const counts = new Map(closure.files.map((file, at) => [file.path, checked[at]?.count ?? 0]));
  if (closure.build !== undefined) refuseCostlyBuild(closure.build, counts, host.limits);
  const sandbox = await host.sandbox();
  if (closure.plugins !== undefined) refuseOpenPlugins(closure.plugins, sandbox);
  const configs = new Set(closure.files.filter(({ readAs }) => readAs === "config").map((file) => file.path));
  const files = new Map<string, Uint8Array>();
  for (const [file, bytes] of contents) {
    if (configs.has(file)) await giveWay();
    files.set(relativeTo(file, closure.root), configs.has(file) ? asRead(file, bytes) : bytes);
  }
  const output = await named(path, () =>
    runTool({ tool, args: ["build", relativeTo(path, closure.root)], files, file: path }, sandbox, signal),
  );
  const builtName = `${path} (built)`;
  const { objects, warnings } = await host.parser
    .parse(output, parseOptions(builtName, "api", spec), signal)
    .catch((error: unknown) => {
      const refusal = refusalIn(error);
      throw refusal === undefined ? error : new RenderRefused(withObject(refusal, output, builtName), { cause: error });
    });
  return {
    objects: objects.map(({ object, origin }) => ({ object, origin: { ...origin, file: path } })),
    warnings: [
      ...closure.warnings,
      ...checked.flatMap(({ warnings: each }) => each.map(warningText)),
      ...warnings.map(warningText),
    ],
    purity: "static",
  };
};

/** Plugins can do most with a name that slipped through; so without a wall there are none. */
const refuseOpenPlugins = (file: string, { isolation }: Sandbox): void => {
  if (isolation.ways.length > 0) return;
  const problem = "configurations of plugins are off: nothing keeps kustomize off the network here";
  const remedy = "let the renderer make user namespaces or seccomp filters, or render in CI and commit the result";
  throw refuse("FeatureDisabled", file, problem, remedy);
};

const checkFile = async (
  { path, readAs }: ClosureFile,
  bytes: Uint8Array,
  strict: boolean,
  host: RenderHost,
  signal: AbortSignal,
): Promise<CheckedYaml> => {
  refuseLfsPointer(path, bytes);
  if (readAs !== "data") return host.parser.check(bytes, { file: path, dialect: dialectOf(path), strict }, signal);
  if (Buffer.from(bytes).includes("ENC[AES256_GCM,data:")) {
    throw refuse(
      "RenderFailed",
      path,
      "encrypted input of a generator",
      "decrypt it where it is applied: commit a Secret",
    );
  }
  return { warnings: [], count: 0 };
};

/** kustomize says these in its own words. */
const named = async <T>(path: string, act: () => Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (error) {
    const refusal = refusalIn(error);
    if (refusal?.code !== "RenderFailed" || !/already registered id/.test(refusal.problem)) throw error;
    const remedy = "keep one of the two objects";
    throw new RenderRefused({ ...refusal, code: "DuplicateObject", file: path, remedy }, { cause: error });
  }
};
