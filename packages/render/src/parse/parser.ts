import { parseManifests, parseYaml, refuseLostObjects } from "@evenkeel/resource";
import type { Dialect, Json, JsonObject, ParsedManifests, ParseYamlOptions } from "@evenkeel/resource";

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
  /** Only proves that a tool may read the file as YAML. */
  readonly check: (bytes: Uint8Array, request: ParseRequest, signal: AbortSignal) => Promise<CheckedYaml>;
}

export interface CheckedYaml extends Pick<ParsedManifests, "warnings"> {
  /** Documents that are not empty; of a list, its items. */
  readonly count: number;
}

const optionsOf = ({ substitute, ...rest }: ParseRequest): ParseYamlOptions => ({
  ...rest,
  ...(substitute === undefined ? {} : { substitute: substituteIn(substitute) }),
});

export const parseHere = (bytes: Uint8Array, request: ParseRequest): ParsedManifests =>
  parseManifests(bytes, optionsOf(request));

export const checkHere = (bytes: Uint8Array, request: ParseRequest): CheckedYaml => {
  const { documents, warnings } = parseYaml(bytes, optionsOf(request));
  if (request.dialect === "kustomize") refuseLostObjects(documents, request.file);
  return { warnings, count: documents.reduce((sum, { value }) => sum + objectsIn(value), 0) };
};

const objectsIn = (value: Json): number => {
  if (value === null) return 0;
  const items = typeof value === "object" && !Array.isArray(value) ? (value as JsonObject)["items"] : undefined;
  return Array.isArray(items) ? items.length : 1;
};
