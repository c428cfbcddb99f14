import { parseManifests, parseYaml, refuseLostObjects } from "@evenkeel/resource";
import type { Dialect, ParsedManifests, ParseYamlOptions } from "@evenkeel/resource";

import { substituteIn } from "./substitute.ts";

/** How to read one file; plain data, so that it can go to another thread. */
export interface ParseRequest {
  readonly file: string;
  readonly dialect: Dialect;
  readonly strict: boolean;
  readonly substitute?: { readonly [name: string]: string };
}

/** Reads manifests off the main loop where that is worth it. Throws ManifestRefused or RenderRefused. */
export interface ManifestParser {
  /** The objects of a file. */
  readonly parse: (bytes: Uint8Array, request: ParseRequest, signal: AbortSignal) => Promise<ParsedManifests>;
  /** Only proves that a tool may read the file as YAML; gives the warnings. */
  readonly check: (
    bytes: Uint8Array,
    request: ParseRequest,
    signal: AbortSignal,
  ) => Promise<Pick<ParsedManifests, "warnings">>;
}

const optionsOf = ({ substitute, ...rest }: ParseRequest): ParseYamlOptions => ({
  ...rest,
  ...(substitute === undefined ? {} : { substitute: substituteIn(substitute) }),
});

export const parseHere = (bytes: Uint8Array, request: ParseRequest): ParsedManifests =>
  parseManifests(bytes, optionsOf(request));

export const checkHere = (bytes: Uint8Array, request: ParseRequest): Pick<ParsedManifests, "warnings"> => {
  const { documents, warnings } = parseYaml(bytes, optionsOf(request));
  if (request.dialect === "kustomize") refuseLostObjects(documents, request.file);
  return { warnings };
};
