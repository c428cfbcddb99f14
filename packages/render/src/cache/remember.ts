import { encodeSet } from "@evenkeel/resource";

import type { Closure } from "../closure.ts";
import { refusalOf } from "../refused-end.ts";
import type { RenderHost } from "../render-host.ts";
import type { RenderEnd } from "../request.ts";
import { relativeTo } from "../source/repo-path.ts";
import type { RepositoryView } from "../source/repository-view.ts";
import { renderKey } from "./input-listing.ts";
import { setKey } from "./recall.ts";
import { encodeEntry } from "./remembered.ts";
import type { ClosureEntry, RenderEntry } from "./remembered.ts";
import type { Reach } from "./render-cache.ts";

/** How a render ended, and how far that is worth remembering. */
interface EndedRender {
  readonly input: string;
  readonly closure: Closure;
  readonly end: RenderEnd;
  readonly reach: Reach;
}

/** Keeps the end of a render: content first, then what points to it. Transient refusals are not kept. */
export const rememberRender = async (
  { input, closure: { root, kind }, end, reach }: EndedRender,
  { cache }: RenderHost,
  signal: AbortSignal,
): Promise<void> => {
  const put = (warnings: readonly string[], ended: RenderEntry["end"]): Promise<void> =>
    cache.put(renderKey(input), encodeEntry({ input, root, kind, warnings, end: ended }), reach, signal);
  switch (end.outcome) {
    case "rendered": {
      const { digest, purity, objects } = end;
      await cache.put(setKey(digest), encodeSet(objects), "far", signal); // a fact will point to it
      const origins = objects.map(
        ({ origin }) => [relativeTo(origin.file, root), origin.document, origin.line] as const,
      );
      return put(end.warnings, { outcome: "rendered", digest, purity, origins });
    }
    case "empty":
      return put(end.warnings, { outcome: "empty", why: end.why });
    case "refused":
      return end.transient ? undefined : put([], { outcome: "refused", refusal: refusalOf(end) });
  }
};

/** What a render opened. `render`: where its end lies; undefined: there is none but `end`. */
interface OpenedClosure {
  readonly slot: string;
  readonly view: RepositoryView;
  readonly end: RenderEnd;
  readonly render: { readonly render: string; readonly root: string } | undefined;
  readonly reach: Reach;
}

/** Keeps what was opened for this application, so that the next commit that changes none of it is answered at once. */
export const rememberClosure = async (
  { slot, view, end, render, reach }: OpenedClosure,
  { cache }: RenderHost,
  signal: AbortSignal,
): Promise<void> => {
  if (end.outcome === "refused" && end.transient) return;
  const points: ClosureEntry["end"] | undefined =
    render ?? (end.outcome === "refused" ? { refusal: refusalOf(end) } : undefined);
  if (points !== undefined) await cache.put(slot, encodeEntry({ opened: view.opened(), end: points }), reach, signal);
};
