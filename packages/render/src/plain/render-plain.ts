import { refuseLfsPointer } from "../closure.ts";
import { parseOptions, warningText } from "../parse/parse-options.ts";
import type { ProduceJob, Produced } from "../produce.ts";
import type { RenderHost } from "../render-host.ts";

/** Reads the manifests of a closure, each file by itself. */
export const renderPlain = async (
  { closure, contents, spec }: ProduceJob,
  host: RenderHost,
  signal: AbortSignal,
): Promise<Produced> => {
  const parsed = await Promise.all(
    [...contents].map(([path, bytes]) => {
      refuseLfsPointer(path, bytes);
      return host.parser.parse(bytes, parseOptions(path, spec.plain?.dialect ?? "kustomize", spec), signal);
    }),
  );
  return {
    objects: parsed.flatMap(({ objects }) => objects),
    warnings: [...closure.warnings, ...parsed.flatMap(({ warnings }) => warnings.map(warningText))],
    purity: "static",
  };
};
