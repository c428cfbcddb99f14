import { setTimeout as sleep } from "node:timers/promises";

import type { LiveObject } from "@evenkeel/embedded-cluster";
import { type Bench, openBench } from "./bench.ts";
import type { ContractCase } from "./contract-case.ts";
import type { ContractTarget } from "./contract-target.ts";
import { namespaceNamed, widget, widgetDefinition } from "./objects.ts";

/** Resolves once custom resources of this kind are taken. */
export const untilServed = async (bench: Bench, probe: LiveObject): Promise<void> => {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const answer = await bench.create(probe, { dryRun: "All" }, { quiet: true });
    if (answer.status === 201) return;
    if (performance.now() > deadline)
      throw new Error(`${probe.kind} is not served: ${answer.status} ${answer.message}`);
    await sleep(30);
  }
};

/** Makes what all cases need. */
export const prepareContract = async (target: ContractTarget, signal: AbortSignal): Promise<void> => {
  const bench = openBench(target, "default", signal);
  await bench.create(widgetDefinition);
  await untilServed(bench, widget("probe", {}));
};

/** Runs one case in a namespace of its own and gives its bench; throws when the case does not hold. */
export const runContractCase = async (
  target: ContractTarget,
  row: ContractCase,
  signal: AbortSignal,
): Promise<Bench> => {
  const namespace = `contract-${row.id.toLowerCase()}`;
  const bench = openBench(target, namespace, signal);
  const made = await bench.create(namespaceNamed(namespace), {}, { quiet: true });
  if (made.status !== 201) throw new Error(`namespace ${namespace}: ${made.status} ${made.message}`);
  await row.run(bench);
  return bench;
};
