import { closureKey, inputListing, renderKey } from "./cache/input-listing.ts";
import { recallLast, recallRender } from "./cache/recall.ts";
import { rememberClosure, rememberRender } from "./cache/remember.ts";
import { readFiles } from "./closure.ts";
import type { Closure } from "./closure.ts";
import { makeSet } from "./make-set.ts";
import { produce } from "./produce.ts";
import { orRefused } from "./refused-end.ts";
import type { RenderHost } from "./render-host.ts";
import type { RenderEnd, RenderRequest, RenderResult } from "./request.ts";
import { resolveClosure } from "./resolve.ts";
import type { ObjectSource } from "./source/object-source.ts";
import { normalPath } from "./source/repo-path.ts";
import { viewRepository } from "./source/repository-view.ts";
import type { RepositoryView } from "./source/repository-view.ts";
import { shareUnderWay } from "./under-way.ts";

/**
 * Renders one application from one Git tree. The result is a function of the request alone, whole or not at all; every
 * refusal is a typed result. Throws only the signal's reason, or for a fault of our own.
 */
export const render = async (
  request: RenderRequest,
  source: ObjectSource,
  host: RenderHost,
  signal: AbortSignal,
): Promise<RenderResult> => {
  const start = performance.now();
  const view = viewRepository(request.tree, source, host.memory, host.limits, signal);
  const end = await orRefused(() => recallOrRender({ ...request, path: normalPath(request.path) }, view, host, signal));
  return { ...end, durationMs: performance.now() - start, opened: view.opened() };
};

const recallOrRender = async (
  request: RenderRequest,
  view: RepositoryView,
  host: RenderHost,
  signal: AbortSignal,
): Promise<RenderEnd> => {
  const slot = closureKey(request, Object.values(host.tools));
  const last = await recallLast(slot, view, host, signal);
  if (last !== undefined) return last;

  const closure = await orRefused(() => resolveClosure(view, request.path, request.spec, host.limits));
  if ("outcome" in closure) {
    await rememberClosure(slot, view, closure, undefined, host, signal);
    return closure;
  }
  const input = inputListing(
    closure,
    request.path,
    request.spec,
    closure.kind === "plain" ? undefined : host.tools[closure.kind],
  );
  const key = renderKey(input);
  const end = await shareUnderWay(host.underWay, `${key} ${closure.root}`, signal, async () => {
    const known = await recallRender(key, closure.root, host, signal);
    if (known !== undefined) return known;
    const made = await orRefused(() => renderClosure(closure, request, view, host, signal));
    await rememberRender(input, closure, made, host, signal);
    return made;
  });
  await rememberClosure(slot, view, end, { render: key, root: closure.root }, host, signal);
  return end;
};

const renderClosure = async (
  closure: Closure,
  { path, spec }: RenderRequest,
  view: RepositoryView,
  host: RenderHost,
  signal: AbortSignal,
): Promise<RenderEnd> => {
  const contents = await readFiles(view, closure.files, host.limits);
  const { objects: made, warnings, purity } = await produce({ closure, contents, path, spec }, host, signal);
  const { digest, objects } = makeSet(made, host.limits);
  const { kind } = closure;
  return objects.length === 0
    ? { outcome: "empty", kind, digest, warnings, cache: "miss" }
    : { outcome: "rendered", kind, digest, objects, warnings, purity, cache: "miss" };
};
