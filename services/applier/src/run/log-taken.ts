import { describeRef } from "@evenkeel/words";

import type { Run } from "./admit.ts";
import type { StepResult } from "./carry-out.ts";
import type { Written } from "../write/write-object.ts";

const SHOWN = 5;

/** One line for a run that took something of other managers: what people look for when a field of theirs is gone. */
export const logTaken = (run: Run, results: readonly StepResult<Written>[]): void => {
  const taken = results.flatMap((result) =>
    result.kind === "done" ? result.value.taken.map((field) => ({ ...field, ref: result.value.item.ref })) : [],
  );
  if (taken.length === 0) return;
  const { app, cluster } = run.fact.unit;
  const shown = taken
    .slice(0, SHOWN)
    .map(({ ref, path, manager }) => `${ref === undefined ? "" : describeRef(ref)} ${path} (${manager})`);
  const more = taken.length > SHOWN ? ` and ${taken.length - SHOWN} more` : "";
  run.deps.telemetry.log.info("fields of other managers taken", {
    app,
    cluster,
    revision: run.fact.revision,
    fields: `${shown.join(", ")}${more}`,
    managers: [...new Set(taken.map(({ manager }) => manager))].slice(0, SHOWN).join(", "),
  });
};
