import { renderLimits } from "./limits.ts";
import { orRefused } from "./refused-end.ts";
import type { RenderRequest } from "./request.ts";
import { allKinds, resolveClosure } from "./resolve.ts";
import type { ObjectSource } from "./source/object-source.ts";
import { normalPath } from "./source/repo-path.ts";
import { objectMemory, viewRepository } from "./source/repository-view.ts";

/**
 * The blobs that renders of these requests will read, and those that say so: whoever stores a repository for a renderer
 * needs to store no other. Of a request that is refused, what it takes to refuse it again.
 */
export const readsOfRenders = async (
  requests: readonly RenderRequest[],
  source: ObjectSource,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> => {
  const read = new Set<string>();
  const memory = objectMemory();
  const recording: ObjectSource = {
    readTree: source.readTree,
    readBlob: (oid, until) => {
      read.add(oid);
      return source.readBlob(oid, until);
    },
  };
  for (const { tree, path, spec } of requests) {
    const view = viewRepository(tree, recording, memory, renderLimits, signal);
    const closure = await orRefused(() =>
      resolveClosure(view, normalPath(path), spec, { kinds: allKinds, limits: renderLimits }),
    );
    if ("outcome" in closure) continue;
    for (const { oid, content } of closure.files) read.add(oid).add(content.oid);
  }
  return read;
};
