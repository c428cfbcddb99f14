// The manifests of deploy/, as kustomize builds them.
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { requireProgram } from "@evenkeel/programs";
import { parseManifests } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

export const root = dirname(import.meta.dirname);

export const build = async (folder: string): Promise<readonly KubeObject[]> => {
  const { stdout } = await promisify(execFile)(await requireProgram("kustomize"), [
    "build",
    join(root, "deploy", folder),
  ]);
  const { objects } = parseManifests(Buffer.from(stdout), { file: `${folder}.yaml`, dialect: "api" });
  return objects.map(({ object }) => object);
};

// Manifests are read as the tests need them; a wrong guess shows as undefined in an expectation.
// oxlint-disable-next-line typescript/no-explicit-any
export const field = (object: unknown, ...path: readonly (string | number)[]): any =>
  // oxlint-disable-next-line typescript/no-explicit-any, typescript/no-unsafe-member-access
  path.reduce((at: any, step) => at?.[step], object);

/** Whatever makes pods. */
export const workloadsOf = (objects: readonly KubeObject[]): readonly KubeObject[] =>
  objects.filter(({ kind }) => ["Deployment", "StatefulSet", "Job"].includes(kind));
