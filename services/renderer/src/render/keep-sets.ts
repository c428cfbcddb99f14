import { renderedSet } from "@evenkeel/artifacts";
import { createRounds, eachApart } from "@evenkeel/async";
import { compareVersions, partitionOf } from "@evenkeel/contracts";
import type { DesiredStateChanged, RenderRequested, UnitVersion } from "@evenkeel/contracts";

import type { WorkerDeps } from "../on-render-requested.ts";
import { renderUnit } from "./render-unit.ts";

const AT_ONCE = 4;

/**
 * Sees to it that the sets which the desired states of one partition point to are stored: at the start, and whenever the
 * bus has lost something. A killed server may have lost its last blobs while the facts that point to them are there.
 */
export const keepSets = (deps: WorkerDeps, partition: number, signal: AbortSignal): Disposable => {
  const rounds = createRounds(async () => {
    await eachApart(answered(deps, partition), AT_ONCE, (unit) => restore(deps, unit, signal));
  });
  const look = (): void => {
    rounds.run("").catch((error: unknown) => {
      if (!signal.aborted) deps.telemetry.log.warn("stored sets are not all looked at", { partition, error });
    });
  };
  look();
  return deps.units.onRebuilt(look);
};

interface Answered {
  readonly request: RenderRequested | undefined;
  readonly desired: DesiredStateChanged;
}

const answered = ({ bus, units }: WorkerDeps, partition: number): readonly Answered[] =>
  [...units.all()].flatMap(({ unit, memory: { progress, request } }) =>
    progress.state === "answered" &&
    progress.desired.digest !== "" &&
    partitionOf(unit.cluster, unit.app, bus.counts) === partition
      ? [{ request, desired: progress.desired }]
      : [],
  );

const restore = async (deps: WorkerDeps, { request, desired }: Answered, signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted();
  if (await deps.artifacts.has(renderedSet(desired.digest), signal)) return;
  const { app = "", cluster = "" } = desired.unit ?? {};
  const asked = request !== undefined && isSame(request.version, desired.version) ? request : undefined;
  const set = asked && (await deps.declarations.find(asked.declarationsDigest, signal));
  const application = set?.applications.get(app);
  if (asked === undefined || application === undefined) {
    deps.telemetry.log.warn("a stored set is gone until the next commit", { app, cluster });
    return;
  }
  const end = await renderUnit(deps, asked, application, 1, signal);
  deps.telemetry.log.info("a stored set was gone and is rendered again", { app, cluster, result: end.kind });
};

const isSame = (a: UnitVersion | undefined, b: UnitVersion | undefined): boolean =>
  a !== undefined && b !== undefined && compareVersions(a, b) === "equal";
