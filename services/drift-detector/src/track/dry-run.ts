import { isApiError } from "@evenkeel/kube";
import type { ApiError, Kube } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";

/** Longer than this a first look holds no place: what hangs must not hide what else has changed. Made again it may take all the time there is. */
const FIRST_LOOK_MS = 5_000;

/** What the server would make of an apply of this. Throws ApiError. */
export type DryRun = (object: KubeObject) => Promise<KubeObject>;

/** What was asked hangs, as against one that is refused or broken off: that holds no place for long. */
const isHang = (error: ApiError): boolean =>
  error.reason === "DeadlineExceeded" ||
  /failed calling webhook[^]*(?:deadline exceeded|timeout|timed out)/i.test(error.message);

/** The dry-runs of one look at an object, in their turn: where those of the last one hung, behind all first looks of its unit. */
export const dryRunsOf = (
  kube: Pick<Kube, "serverSideApply">,
  wasHanging: boolean,
  signal: AbortSignal,
): { readonly dryRun: DryRun; readonly isHanging: () => boolean } => {
  const how = wasHanging ? ({ look: "again" } as const) : ({ look: "first", answerMs: FIRST_LOOK_MS } as const);
  let hangs = false;
  return {
    dryRun: async (object) => {
      try {
        return (await kube.serverSideApply({ object, force: true, dryRun: true, ...how }, signal)).object;
      } catch (error) {
        if (isApiError(error)) hangs = error.reason === "NoPlace" ? wasHanging : isHang(error);
        throw error;
      }
    },
    isHanging: () => hangs,
  };
};
