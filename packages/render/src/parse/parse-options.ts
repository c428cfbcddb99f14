import type { Dialect, ManifestProblem } from "@evenkeel/resource";

import type { ParseRequest } from "./parser.ts";
import type { RenderSpec } from "../request.ts";

/** How a file of an application with these parameters is read; substitutes count only in what becomes objects. */
export const parseOptions = (file: string, dialect: Dialect, spec: RenderSpec): ParseRequest => ({
  file,
  dialect,
  strict: spec.strictYaml === true,
  ...(spec.substitute === undefined ? {} : { substitute: spec.substitute }),
});

export const warningText = ({ code, file, line, column, problem, remedy }: ManifestProblem): string =>
  `${file}:${line}:${column}: ${code}: ${problem}; ${remedy}`;
