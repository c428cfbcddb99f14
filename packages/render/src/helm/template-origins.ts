import type { ManifestProblem, ObjectOrigin } from "@evenkeel/resource";

import type { Refusal } from "../render-refused.ts";

/** Of what helm printed, the template of each line: by its `# Source:` comments; `chart/x` is `path/x` in the repository. */
export interface TemplateOrigins {
  /** Names this output in what its reader says. */
  readonly outputName: string;
  readonly originOf: (origin: ObjectOrigin) => ObjectOrigin;
  /** The same fault by its template: lines of the output are nothing that an author sees. */
  readonly refusalOf: (refusal: Refusal) => Refusal;
  readonly warningOf: (warning: ManifestProblem) => string;
}

export const templateOrigins = (output: Uint8Array, path: string): TemplateOrigins => {
  const outputName = `${path} (rendered)`;
  const sources: { readonly line: number; readonly file: string }[] = [];
  for (const [index, line] of Buffer.from(output).toString("utf8").split("\n").entries()) {
    const found = /^# Source: [^/\s]+\/(.+)$/.exec(line);
    if (found?.[1] !== undefined)
      sources.push({ line: index + 1, file: path === "." ? found[1] : `${path}/${found[1]}` });
  }
  const sourceOf = (line: number) => sources.findLast((source) => source.line <= line);

  /** Where a problem names another place in the output. */
  const placed = (problem: string): string => {
    const [first = "", ...rest] = problem.split(`${outputName}:`);
    return rest.reduce((made, piece) => {
      const [written = ""] = /^\d+/.exec(piece) ?? [];
      return `${made}${sourceOf(Number(written))?.file ?? path}${piece.slice(written.length)}`;
    }, first);
  };
  const refusalOf = (refusal: Refusal): Refusal => {
    const { code, file, line = 0, remedy } = refusal;
    if (file !== outputName) return refusal;
    const source = sourceOf(line);
    const problem = placed(refusal.problem);
    if (source === undefined) return { code, file: path, problem, remedy };
    const lines = `line ${line - source.line} of a document that it renders`;
    return { code, file: source.file, problem: `${lines}: ${problem}`, remedy };
  };
  return {
    outputName,
    originOf: (origin) => {
      const source = sourceOf(origin.line);
      return source === undefined ? { ...origin, file: path } : { ...origin, file: source.file, line: 1 };
    },
    refusalOf,
    warningOf: (warning) => {
      const { code, file, problem, remedy } = refusalOf(warning);
      return `${file}: ${code}: ${problem}; ${remedy}`;
    },
  };
};
