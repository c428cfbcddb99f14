import { closureKey, inputListing, renderKey } from "./cache/input-listing.ts";
import { recallLast, recallRender } from "./cache/recall.ts";
import { rememberClosure, rememberRender } from "./cache/remember.ts";
import type { Reach } from "./cache/render-cache.ts";
import { readFiles } from "./closure.ts";
import type { Closure } from "./closure.ts";
import { heedMarks } from "./engine-marks.ts";
import { makeSet } from "./make-set.ts";
import { produceByProgram, produceHere } from "./produce.ts";
import type { Produced } from "./produce.ts";
import { orRefused } from "./refused-end.ts";
import type { RenderHost } from "./render-host.ts";
import type { RenderEnd, RenderRequest, RenderResult } from "./request.ts";
import { resolveClosure } from "./resolve.ts";
import type { ObjectSource } from "./source/object-source.ts";
import { normalPath } from "./source/repo-path.ts";
import { viewRepository } from "./source/repository-view.ts";
import type { RepositoryView } from "./source/repository-view.ts";
import { shareUnderWay } from "./under-way.ts";
import { whyEmpty } from "./why-empty.ts";

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
  const start = host.clock.monotonic();
  const view = viewRepository(request.tree, source, host.memory, host.limits, signal);
  const end = await orRefused(() => recallOrRender({ ...request, path: normalPath(request.path) }, view, host, signal));
  return { ...end, durationMs: host.clock.monotonic() - start, opened: view.opened() };
};

/** An end, and how far it is worth remembering. */
interface Made {
  readonly end: RenderEnd;
  readonly reach: Reach;
}

const recallOrRender = async (
  request: RenderRequest,
  view: RepositoryView,
  host: RenderHost,
  signal: AbortSignal,
): Promise<RenderEnd> => {
  const slot = closureKey(request, Object.values(host.tools));
  const last = await recallLast(slot, view, host, signal);
  if (last !== undefined) return last;

  const closure = await orRefused(() => resolveClosure(view, request.path, request.spec, host));
  if ("outcome" in closure) {
    await rememberClosure({ slot, view, end: closure, render: undefined, reach: "near" }, host, signal);
    return closure;
  }
  const input = inputListing(
    closure,
    request.path,
    request.spec,
    closure.kind === "plain" ? undefined : host.tools[closure.kind],
  );
  const key = renderKey(input);
  const { end, reach } = await shareUnderWay(host.underWay, `${key} ${closure.root}`, signal, async () => {
    const known = await recallRender(key, closure.root, "near", host, signal);
    return known === undefined
      ? renderClosure({ closure, input, request, view }, host, signal)
      : { end: known, reach: "near" as const };
  });
  await rememberClosure({ slot, view, end, render: { render: key, root: closure.root }, reach }, host, signal);
  return end;
};

/** A request whose closure is known, and the listing that stands for its content. */
interface Resolved {
  readonly closure: Closure;
  readonly input: string;
  readonly request: RenderRequest;
  readonly view: RepositoryView;
}

/** Here where no program is needed; else asked of what all renderers remember, and only then rendered by the program. */
const renderClosure = async (
  { closure, input, request: { path, spec }, view }: Resolved,
  host: RenderHost,
  signal: AbortSignal,
): Promise<Made> => {
  let reach: Reach = "near";
  let known: RenderEnd | undefined;
  const end = await orRefused(async () => {
    const job = { closure, contents: await readFiles(view, closure.files, host.limits), path, spec };
    const here = await produceHere(job, host, signal);
    if (here !== undefined) return endOf(closure, path, here, host);
    reach = "far";
    known = await recallRender(renderKey(input), closure.root, reach, host, signal);
    return known ?? endOf(closure, path, await produceByProgram(job, host, signal), host);
  });
  if (known === undefined) await rememberRender({ input, closure, end, reach }, host, signal);
  return { end, reach };
};

const endOf = (closure: Closure, path: string, produced: Produced, { limits, saltKey }: RenderHost): RenderEnd => {
  const { kind } = closure;
  const heeded = heedMarks(produced.objects);
  const { purity } = produced;
  const warnings = [...heeded.warnings, ...produced.warnings];
  const { digest, objects } = makeSet(heeded.objects, limits, saltKey);
  return objects.length === 0
    ? { outcome: "empty", kind, digest, warnings, why: whyEmpty(closure, path), cache: "miss" }
    : { outcome: "rendered", kind, digest, objects, warnings, purity, cache: "miss" };
};
