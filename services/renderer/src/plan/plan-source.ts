import { eachApart } from "@evenkeel/async";
import { removalRequests, touchedRequests } from "./find-requests.ts";
import { goAbove } from "./go-above.ts";
import { numberTools } from "../tools/number-tools.ts";
import type { PlannerDeps } from "./planner-deps.ts";
import { publishRequest } from "./publish-request.ts";
import { readInputs } from "./read-inputs.ts";
import type { NewestInputs } from "./read-inputs.ts";
import { tellPlanned } from "./tell-planned.ts";
import type { SeenCommits } from "./watch-commits.ts";

/** The inputs keep moving, or somebody else plans the same units: the plan is tried again later. */
export class PlanUnsettled extends Error {
  override readonly name = "PlanUnsettled";
  readonly passing = true;
}

const ROUNDS = 5;
// One after another would cost a round trip each; all of a large fleet at once would run into the publish timeout.
const MOST_IN_FLIGHT = 512;

/**
 * Plans one source from the newest inputs: asks for the render of every touched unit, then tells what is not yet at the
 * commit. Reads the inputs again at the end and starts over if one moved meanwhile.
 */
export const planSource = async (
  deps: PlannerDeps,
  source: string,
  commits: SeenCommits,
  signal: AbortSignal,
): Promise<void> => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const inputs = await readInputs(deps.bus, source, signal);
    if (inputs === undefined) return;
    if (inputs.toolsDigest === "" || (inputs.toolsDigest === deps.toolsDigest && inputs.toolsSeq <= inputs.floor)) {
      // The bus was lost, under this process or before it: what it knew of tools is gone, or too low.
      await numberTools(deps.bus, deps.toolsDigest, inputs.floor, signal);
      continue;
    }
    if (inputs.toolsDigest !== deps.toolsDigest) {
      throw new PlanUnsettled(`source ${source} is not planned: another renderer's tool set is the numbered one`);
    }
    // Both are numbered again, and then they come as new.
    if (inputs.fleetSeq <= inputs.floor || (inputs.tip !== undefined && inputs.tip.seq <= inputs.floor)) return;
    const set = await deps.declarations.load(inputs.declarationsDigest, signal);
    const last = await deps.planned.last(source, signal);
    const requests = [
      ...(await touchedRequests(deps, { source, inputs, set, last }, signal)),
      ...(await removalRequests(deps, { source, inputs, set, last }, signal)),
    ];
    const results = await inTrace(deps, commits, requests.length, () =>
      eachApart(requests, MOST_IN_FLIGHT, (request) => publishRequest(deps, request, signal)),
    );
    if (results.includes("moved")) {
      // Then everything is numbered again, and comes as new.
      if ((await goAbove(deps, source, requests, signal)) !== undefined) return;
      continue;
    }
    const declared = set.bySource.get(source) ?? [];
    await tellPlanned(deps, { source, inputs, declared, touched: requests.length, commits }, signal);
    const after = await readInputs(deps.bus, source, signal);
    if (sameInputs(inputs, after)) return;
  }
  throw new PlanUnsettled(`source ${source} is not planned yet: its inputs moved ${ROUNDS} times meanwhile`);
};

/** What no delivery asked for was asked for by the fleet: its requests belong to the trace of that commit. */
const inTrace = <T>(
  { telemetry }: PlannerDeps,
  commits: SeenCommits,
  requests: number,
  run: () => Promise<T>,
): Promise<T> => {
  if (requests === 0 || telemetry.current() !== undefined) return run();
  return telemetry.span("plan", { parent: commits.fleetTrace() ?? null }, run);
};

const sameInputs = (before: NewestInputs, after: NewestInputs | undefined): boolean =>
  before.fleetSeq === after?.fleetSeq &&
  before.tip?.seq === after.tip?.seq &&
  before.toolsSeq === after.toolsSeq &&
  before.floor === after.floor;
