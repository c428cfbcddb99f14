import { targetsOf } from "@evenkeel/declarations";
import type { Application, Cluster } from "@evenkeel/declarations";

import type { DeclaredUnit } from "../unit/unit-record.ts";

/** One unit that is declared; `cluster` is "" for an application that no cluster matches. */
export interface DeclaredRow {
  readonly cluster: string;
  readonly app: string;
  readonly declared: DeclaredUnit;
}

/** Every unit that the accepted declarations make, and a row of its own for an application that makes none. */
export const declareUnits = (
  applications: readonly Application[],
  clusters: readonly Cluster[],
): readonly DeclaredRow[] =>
  applications.flatMap((application) => {
    const { deletionPolicy, path, prune, repository } = application.spec;
    const deleted = deletionPolicy === "delete" ? { deletesAfterMs: prune.graceSeconds * 1000 } : {};
    const declared = { repository, path: path === "." ? "" : path, ...deleted };
    const row = { app: application.metadata.name, declared };
    const targets = targetsOf(application, clusters);
    return targets.length === 0 ? [{ cluster: "", ...row }] : targets.map((cluster) => ({ cluster, ...row }));
  });
