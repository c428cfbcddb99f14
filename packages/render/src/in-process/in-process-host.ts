import { checkHere, parseHere } from "../parse/parser.ts";
import type { ManifestParser } from "../parse/parser.ts";
import { sharedByRenders } from "../render-host.ts";
import type { RenderHost, SharedOptions } from "../render-host.ts";

const parserHere: ManifestParser = {
  parse: async (bytes, request) => parseHere(bytes, request),
  check: async (bytes, request) => checkHere(bytes, request),
};

export interface InProcessOptions extends SharedOptions {
  /** Default: reads each time; `readOnce` for many hosts with the same texts. */
  readonly parser?: ManifestParser;
}

/**
 * A host that starts no thread, no program and no timer, so that the same request has the same steps each time. It reads
 * plain manifests by the parser of every host, without its deadline; of the tools it has only their description.
 */
export const inProcessHost = (options: InProcessOptions): RenderHost => ({
  ...sharedByRenders(options),
  tools: options.tools,
  kinds: new Set(["plain"]),
  parser: options.parser ?? parserHere,
  isolation: undefined,
  sandbox: () => Promise.reject(new Error("no program is started in this process")),
  builds: { here: false },
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
