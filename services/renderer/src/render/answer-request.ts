import { done, reject, wait } from "@evenkeel/bus";
import type { Outcome } from "@evenkeel/bus";
import { lineageText, statementFault } from "@evenkeel/contracts";
import type { Reason, RenderRequested } from "@evenkeel/contracts";
import { attribute } from "@evenkeel/telemetry";
import type { ActiveSpan, RunResult } from "@evenkeel/telemetry";

import { desiredOf, failureOf } from "../core/make-answer.ts";
import type { RenderedSet } from "../core/make-answer.ts";
import type { WorkerDeps } from "../on-render-requested.ts";
import { publishDesired, publishFailed } from "./publish-answer.ts";
import { renderUnit } from "./render-unit.ts";

const results = { set: "success", failed: "failure", wait: "error" } as const satisfies Record<string, RunResult>;

/** Every request is answered once it is acknowledged: by a desired state, a tombstone or a failure. */
export const answerRequest = async (
  deps: WorkerDeps,
  request: RenderRequested,
  attempt: number,
  span: ActiveSpan,
  signal: AbortSignal,
): Promise<Outcome> => {
  const fault = statementFault(request, (statement) =>
    deps.bus.verify(lineageText(statement), statement.signature, "source-watcher"),
  );
  if (fault !== undefined && !request.removed) {
    return reject("SignatureRefused", `${request.unit?.app} is not rendered: ${fault}`);
  }
  if (request.removed) return tell(deps, request, "", undefined, signal);
  const declarations = await deps.declarations.load(request.declarationsDigest, signal);
  const application = declarations.applications.get(request.unit?.app ?? "");
  if (application === undefined) {
    return reject("DeclarationInvalid", `Application ${request.unit?.app} is not in its declaration set`);
  }
  const started = deps.clock.monotonic();
  const end = await renderUnit(deps, request, application, attempt, signal);
  const result = results[end.kind];
  deps.metrics.stageDuration.record((deps.clock.monotonic() - started) / 1000, { stage: "render", result });
  if (end.kind === "wait") {
    span.event("retry", { reason: end.reason });
    return wait(end.ms, end.reason);
  }
  span.set({ [attribute.cache]: end.cache, [attribute.taskResult]: result });
  if (end.kind === "failed") {
    span.set({ [attribute.errorType]: end.reason.code });
    return fail(deps, request, end.reason, signal);
  }
  span.set({ [attribute.desiredDigest]: end.set.digest });
  return tell(deps, request, application.spec.path, end.set, signal);
};

const tell = async (
  deps: WorkerDeps,
  request: RenderRequested,
  path: string,
  set: RenderedSet | undefined,
  signal: AbortSignal,
): Promise<Outcome> => {
  const decision = await publishDesired(deps, desiredOf(request, path, set, deps.clock.now()), signal);
  switch (decision) {
    case "publish":
    case "answered":
    case "superseded":
      return done;
    case "differs":
      return fail(
        deps,
        request,
        {
          code: "NonDeterministic",
          message: "the same inputs rendered to another set than before",
          remedy: "pin the value that changes (a date, a random name) in the manifests or the values file",
        },
        signal,
      );
    case "mixed":
      return reject("Superseded", "the stored desired state is newer in one input: the planner asks again");
  }
};

const fail = async (
  deps: WorkerDeps,
  request: RenderRequested,
  reason: Reason,
  signal: AbortSignal,
): Promise<Outcome> => {
  const { app, cluster } = request.unit ?? {};
  deps.telemetry.log.warn("render failed", {
    app,
    cluster,
    repository: request.source,
    revision: request.revision,
    reason: reason.code,
    detail: reason.message,
  });
  await publishFailed(deps, failureOf(request, reason, deps.clock.now()), signal);
  return done;
};
