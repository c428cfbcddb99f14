import { checkHere, parseHere } from "../parse/parser.ts";
import { sharedByRenders } from "../render-host.ts";
import type { RenderHost, SharedOptions } from "../render-host.ts";

/**
 * A host that starts no thread, no program and no timer, so that the same request has the same steps each time. It reads
 * plain manifests by the parser of every host, without its deadline; of the tools it has only their description.
 */
export const inProcessHost = (options: SharedOptions): RenderHost => ({
  ...sharedByRenders(options),
  tools: options.tools,
  kinds: new Set(["plain"]),
  parser: {
    parse: async (bytes, request) => parseHere(bytes, request),
    check: async (bytes, request) => checkHere(bytes, request),
  },
  isolation: undefined,
  sandbox: () => Promise.reject(new Error("no program is started in this process")),
  builds: { here: false },
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
