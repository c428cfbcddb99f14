import { done, reject, wait } from "@evenkeel/bus";
import type { Bus, Handler, Outcome } from "@evenkeel/bus";
import { compareVersions, seqOf } from "@evenkeel/contracts";
import type { RenderRequested, UnitVersion } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";
import { attribute, rootOf, sourceTrace } from "@evenkeel/telemetry";
import type { ActiveSpan, Metrics, Telemetry } from "@evenkeel/telemetry";

import { answerRequest } from "./render/answer-request.ts";
import type { Declarations } from "./render/declarations.ts";
import { ContentMissing } from "./render/git-objects.ts";
import type { RenderDeps } from "./render/render-unit.ts";
import type { Units } from "./plan/watch-units.ts";

export interface WorkerDeps extends RenderDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly declarations: Declarations;
  readonly metrics: Metrics;
  readonly telemetry: Telemetry;
  /** False while another set of tools is the numbered one. */
  readonly mayRender: () => boolean;
  readonly units: Units;
}

const RETRY_MS = 1_000;

/** Renders what was asked for and answers it: content first, then the fact that points to it. */
export const onRenderRequested =
  (deps: WorkerDeps): Handler<RenderRequested> =>
  async ({ fact: request, attempt }, signal) => {
    const { unit, version } = request;
    if (unit === undefined || version === undefined) return reject("MessageRefused", "RenderRequested names no unit");
    const { answered } = deps.units.memory(unit);
    if (answered !== undefined && isOver(version, answered.version)) return done;
    if (!deps.mayRender()) return wait(RETRY_MS, "a renderer with the numbered tool set renders this");
    const work = async (span: ActiveSpan): Promise<Outcome> => {
      try {
        return await answerRequest(deps, request, attempt, span, signal);
      } catch (error) {
        if (error instanceof ContentMissing) return wait(RETRY_MS, error.message);
        throw error;
      }
    };
    return deps.telemetry.span("render", spanOptions(deps, request), work);
  };

/** A request is over when it, or a newer one, was answered. */
const isOver = (asked: UnitVersion, answered: UnitVersion): boolean =>
  ["equal", "older"].includes(compareVersions(asked, answered));

/**
 * In the trace of the unit, linked to the delivery that asked for it, and to the commit it is made from: what asked may
 * have been another one, a new fleet revision say.
 */
const spanOptions = ({ telemetry }: WorkerDeps, request: RenderRequested) => {
  const { lineage, revision, traceId, unit, url, version } = request;
  const asked = telemetry.current();
  const commit = lineage === undefined ? undefined : rootOf(sourceTrace(url, lineage.gitRef, revision).traceId);
  return {
    ...(traceId === "" ? {} : { parent: rootOf(traceId) }),
    links: [asked, commit?.traceId === asked?.traceId ? undefined : commit].filter((link) => link !== undefined),
    attributes: {
      [attribute.taskName]: "render",
      [attribute.taskRunId]: `${unit?.cluster}/${unit?.app}/${version === undefined ? 0 : seqOf(version)}`,
      [attribute.clusterName]: unit?.cluster ?? "",
      [attribute.pipelineName]: unit?.app ?? "",
    },
  };
};
