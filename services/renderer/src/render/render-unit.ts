import { renderedSet } from "@evenkeel/artifacts";
import type { Artifacts } from "@evenkeel/artifacts";
import type { Bus } from "@evenkeel/bus";
import type { Reason, RenderRequested } from "@evenkeel/contracts";
import type { Application } from "@evenkeel/declarations";
import { render } from "@evenkeel/render";
import type { ObjectSource, RenderHost } from "@evenkeel/render";
import { encodeSet } from "@evenkeel/resource";
import type { Clock } from "@evenkeel/machine";
import type { Telemetry } from "@evenkeel/telemetry";

import type { Closures } from "./closures.ts";
import { closureOfRender } from "../core/closure-of-render.ts";
import { findTwins } from "../core/find-twins.ts";
import { decideRefusal } from "../core/decide-refusal.ts";
import type { RenderBudgets } from "../core/render-budgets.ts";
import type { RenderedSet } from "../core/make-answer.ts";
import { toRenderRequest } from "../core/plan/to-render-request.ts";
import { PlacesBusy } from "./render-places.ts";
import type { Place, RenderPlaces } from "./render-places.ts";
import { tellIfSlow, tellWaiting, waitsFor } from "./tell-waiting.ts";

/** How the render of one unit ended. */
export type UnitRender =
  | { readonly kind: "set"; readonly set: RenderedSet; readonly cache: "hit" | "miss" }
  | { readonly kind: "failed"; readonly reason: Reason; readonly cache: "hit" | "miss" }
  | { readonly kind: "wait"; readonly ms: number; readonly reason: string };

export interface RenderDeps {
  readonly artifacts: Artifacts;
  readonly closures: Closures;
  readonly host: RenderHost;
  readonly objects: ObjectSource;
  readonly places: RenderPlaces;
  readonly budgets: RenderBudgets;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

// Long enough for the bus to set the delivery aside: one that waits here keeps others of its partition from being given.
const PARKED_MS = 31_000;

const placeFor = async (places: RenderPlaces, source: string, signal: AbortSignal): Promise<Place | undefined> => {
  try {
    return await places.take(source, signal);
  } catch (error) {
    if (error instanceof PlacesBusy) return undefined;
    throw error;
  }
};

/** The same host with another limit of time. */
const withBudget = (host: RenderHost, wallMs: number): RenderHost => {
  if (wallMs === host.limits.wallMs) return host;
  const limits = { ...host.limits, wallMs };
  return { ...host, limits, sandbox: async () => ({ ...(await host.sandbox()), limits }) };
};

/** Renders one unit and stores what its answer will point to: the set under its digest, and what the render looked into. */
export const renderUnit = async (
  deps: RenderDeps,
  request: RenderRequested,
  application: Application,
  attempt: number,
  signal: AbortSignal,
): Promise<UnitRender> => {
  const { artifacts, budgets, clock, closures, host, objects, places } = deps;
  const wait = async (ms: number, reason: Reason): Promise<UnitRender> => {
    await tellWaiting(deps, request, reason, signal);
    return { kind: "wait", ms, reason: reason.message };
  };
  const place = await placeFor(places, request.source, signal);
  if (place === undefined) return wait(PARKED_MS, waitsFor.place(request.source));
  using _place = place;
  const app = `${request.source}/${application.metadata.name}`;
  const lent = withBudget(host, budgets.wallMs(app, clock.monotonic()));
  using slow = tellIfSlow(deps, request, lent.limits.wallMs, signal);
  const result = await render(toRenderRequest(application, request.tree), objects, lent, signal);
  slow[Symbol.dispose]();
  const wasStopped = result.outcome === "refused" && ["RenderTimeout", "LimitExceeded"].includes(result.code);
  if (!wasStopped) place.ended();
  budgets.ended(app, result.outcome === "refused" && result.code === "RenderTimeout", clock.monotonic());
  const { cache } = result;
  if (result.outcome === "refused") {
    const decision = decideRefusal(result, attempt);
    if (decision.kind === "wait") return wait(decision.ms, waitsFor.anotherTry(`${result.code}: ${result.problem}`));
  }
  const reason = reasonAgainst(result, application);
  const rendered = reason !== undefined || result.outcome === "refused" ? undefined : setOf(result);
  if (result.outcome === "rendered" && cache === "hit") {
    // It may have been read out of this process's memory, while a killed bus has lost it.
    const key = renderedSet(result.digest);
    if (!(await artifacts.has(key, signal))) await artifacts.put(key, encodeSet(result.objects), signal);
  }
  const transient = result.outcome === "refused" && result.transient;
  if (!transient)
    await closures.store(request.source, application.metadata.name, closureOfRender(result.opened), signal);
  if (rendered !== undefined) return { kind: "set", set: rendered, cache };
  return { kind: "failed", reason: reason ?? reasonOf(result as Refused), cache };
};

type Told = Pick<Refused, "problem" | "remedy" | "file" | "line" | "column"> & { readonly code: string };
type Result = Awaited<ReturnType<typeof render>>;
type Refused = Extract<Result, { readonly outcome: "refused" }>;

const setOf = (result: Exclude<Result, Refused>): RenderedSet =>
  result.outcome === "empty"
    ? { digest: "", objectCount: 0, empty: true, warnings: result.warnings }
    : { digest: result.digest, objectCount: result.objects.length, empty: false, warnings: result.warnings };

/** What speaks against a render for this application, whose set would do for another. */
const reasonAgainst = (result: Result, { spec }: Application): Reason | undefined => {
  // Nothing is an answer only where it was declared to be one: else what runs stays, and somebody is told.
  if (result.outcome === "empty") return spec.prune.allowEmpty ? undefined : reasonOf(result.why);
  const twins = result.outcome === "rendered" ? findTwins(result.objects, spec.namespace ?? "") : undefined;
  return twins && reasonOf(twins);
};

const reasonOf = ({ code, file, line, column, problem, remedy }: Told): Reason => {
  const place = [file, line, column].filter((part) => part !== undefined && part !== "").join(":");
  return { code, message: place === "" ? problem : `${place}: ${problem}`, remedy };
};
