import type { ManifestObject } from "@evenkeel/resource";

import type { Closure } from "./closure.ts";
import { renderHelm } from "./helm/render-helm.ts";
import { renderKustomize, renderKustomizeHere } from "./kustomize/render-kustomize.ts";
import { renderPlain } from "./plain/render-plain.ts";
import type { RenderHost } from "./render-host.ts";
import type { Purity, RenderSpec } from "./request.ts";

/** What a kind of render makes of its closure, before it is one set. */
export interface Produced {
  readonly objects: readonly ManifestObject[];
  readonly warnings: readonly string[];
  readonly purity: Purity;
}

export interface ProduceJob {
  readonly closure: Closure;
  /** Content of each file of the closure. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** Of the application, from the root. */
  readonly path: string;
  readonly spec: RenderSpec;
}

/** Renders without a program what needs none; undefined for the rest. Throws RenderRefused or ManifestRefused. */
export const produceHere = async (
  job: ProduceJob,
  host: RenderHost,
  signal: AbortSignal,
): Promise<Produced | undefined> => {
  switch (job.closure.kind) {
    case "plain":
      return renderPlain(job, host, signal);
    case "kustomize":
      return renderKustomizeHere(job, host, signal);
    case "helm":
      return undefined;
  }
};

/** Renders with a program; throws RenderRefused or ManifestRefused. */
export const produceByProgram = (job: ProduceJob, host: RenderHost, signal: AbortSignal): Promise<Produced> =>
  job.closure.kind === "helm" ? renderHelm(job, host, signal) : renderKustomize(job, host, signal);
