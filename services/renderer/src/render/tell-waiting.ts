import { flows } from "@evenkeel/contracts";
import type { Reason, RenderRequested } from "@evenkeel/contracts";

import { waitingOf } from "../core/make-answer.ts";
import type { WorkerDeps } from "../on-render-requested.ts";

/** A render that ends within this is not told of: most do. */
const SLOW_MS = 5_000;

const BY_ITSELF = "nothing: it goes on by itself";
const pending = (message: string, remedy = BY_ITSELF): Reason => ({ code: "Pending", message, remedy });

/** What keeps a render from its end, in words. */
export const waitsFor = {
  place: (source: string): Reason =>
    pending(
      `other renders of Repository ${source} take long and hold its places`,
      "look at the applications of that Repository that time out; this one goes on by itself",
    ),
  tool: (wallMs: number): Reason =>
    pending(
      `it has been running for more than ${SLOW_MS / 1000} s`,
      `wait: a run is ended after ${Math.round(wallMs / 1000)} s; a template that loops would be the reason`,
    ),
  anotherTry: (why: string): Reason => pending(`it is tried again: ${why}`),
} as const;

/** Says what a render waits for; the render goes on whether or not it could be said. */
export const tellWaiting = async (
  { bus, clock, telemetry }: Pick<WorkerDeps, "bus" | "clock" | "telemetry">,
  request: RenderRequested,
  reason: Reason,
  signal: AbortSignal,
): Promise<void> => {
  try {
    await bus.publish(flows.renderWaiting, waitingOf(request, reason, clock.now()), { signal });
  } catch (error) {
    const { app, cluster } = request.unit ?? {};
    if (!signal.aborted) telemetry.log.warn("what a render waits for was not told", { app, cluster, error });
  }
};

/** Says that a render runs long, if it is not disposed before; disposing it does not take back what was said. */
export const tellIfSlow = (
  deps: Pick<WorkerDeps, "bus" | "clock" | "telemetry">,
  request: RenderRequested,
  wallMs: number,
  signal: AbortSignal,
): Disposable => {
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  void deps.clock.sleep(SLOW_MS, until).then(
    () => tellWaiting(deps, request, waitsFor.tool(wallMs), until),
    () => undefined,
  );
  return { [Symbol.dispose]: () => over.abort() };
};
