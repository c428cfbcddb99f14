import { findProgram } from "@evenkeel/programs";

import { type ControlPlane, startControlPlane } from "./start-control-plane.ts";

/**
 * Whether a control plane can be started without building one first; `describe.skipIf(!controlPlaneAvailable)`.
 * Skipped tests are counted as NOT RUN by `npm test`, which builds what is missing beforehand.
 */
export const controlPlaneAvailable: boolean = (
  await Promise.all([findProgram("etcd"), findProgram("kube-apiserver")])
).every((found) => found.path !== undefined);

let shared: Promise<ControlPlane> | undefined;

/** One control plane for all who ask in this process (a vitest file is one); it ends with the process. Use a namespace of your own. */
export const sharedControlPlane = (): Promise<ControlPlane> => {
  shared ??= startControlPlane();
  return shared;
};
