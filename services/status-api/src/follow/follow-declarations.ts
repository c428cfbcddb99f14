import type { Bus } from "@evenkeel/bus";
import { buckets } from "@evenkeel/contracts";
import type { Declaration } from "@evenkeel/declarations";
import type { Clock } from "@evenkeel/machine";
import type { Telemetry } from "@evenkeel/telemetry";

import { declareUnits } from "../core/units/declare-units.ts";
import type { Projection } from "./projection.ts";

/** A fleet revision changes many declarations at once: what they make is worked out once. */
const BURST_MS = 50;

const isOf =
  <K extends Declaration["kind"]>(kind: K) =>
  (declaration: Declaration): declaration is Extract<Declaration, { readonly kind: K }> =>
    declaration.kind === kind;

/** Tells the projection which units are declared, so that they are listed before anything was made of them. Resolves once
 *  it has caught up; goes on until the signal ends. */
export const followDeclarations = async (
  deps: {
    readonly bus: Pick<Bus, "state">;
    readonly clock: Clock;
    readonly projection: Projection;
    readonly telemetry: Telemetry;
  },
  signal: AbortSignal,
): Promise<void> => {
  const declarations = new Map<string, Declaration>();
  let isWaiting = false;
  let isCaughtUp = false;
  const declare = (): void => {
    const all = [...declarations.values()];
    const clusters = all.filter(isOf("Cluster"));
    deps.projection.declare(
      declareUnits(all.filter(isOf("Application")), clusters),
      clusters.map(({ metadata }) => metadata.name),
    );
  };
  const declareSoon = (): void => {
    if (!isCaughtUp || isWaiting) return;
    isWaiting = true;
    deps.clock.sleep(BURST_MS, signal).then(
      () => {
        isWaiting = false;
        declare();
      },
      () => undefined,
    );
  };
  await deps.bus.state(buckets.declaration).watch(
    {},
    {
      onEntry: ({ key: { kind, name }, value }) => {
        const at = `${kind}/${name}`;
        if (value === undefined) declarations.delete(at);
        else declarations.set(at, JSON.parse(new TextDecoder().decode(value)) as Declaration);
        declareSoon();
      },
      onReset: () => {
        deps.telemetry.log.warn("the index of declarations was lost; it is forgotten");
        declarations.clear();
        declareSoon();
      },
    },
    signal,
  );
  isCaughtUp = true;
  declare();
};
