import { createMemo } from "@evenkeel/async";
import { gitObject } from "@evenkeel/artifacts";
import type { Delivery } from "@evenkeel/bus";
import { flows } from "@evenkeel/contracts";
import type { ObjectMissed } from "@evenkeel/contracts";

import type { Deps } from "./deps.ts";
import { putObject } from "./store/store-objects.ts";
import type { WatchedSources } from "./poll/watch-sources.ts";

/**
 * A renderer could not read a Git object: lost, or junk lies over it. Whose root is whole is not looked through at a poll,
 * so that it is put again here, by whoever watches a source that has it.
 */
export const onObjectMissed = async (deps: Deps, watched: WatchedSources, signal: AbortSignal): Promise<void> => {
  const { artifacts, bus, telemetry } = deps;
  const putting = createMemo<string, void>({ isKept: () => false });
  const putAgain = async (oid: string): Promise<void> => {
    if (await artifacts.has(gitObject(oid), signal)) return;
    for (const [repository, { store }] of watched) {
      const opened = await store(signal);
      if (!(await opened.has(oid, signal))) continue;
      await putObject(deps, opened, oid, signal);
      telemetry.log.warn("git object was damaged in the store, and is put again", { repository, oid });
      return;
    }
  };
  const onEntry = ({ fact: { oid } }: Delivery<ObjectMissed>): void => {
    void putting.get(oid, () =>
      putAgain(oid).catch((error: unknown) => {
        if (!signal.aborted) telemetry.log.warn("git object was not put again", { oid, error });
      }),
    );
  };
  await bus.view([flows.objectMissed], {}, { onEntry }, signal);
};
