import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { contractCases } from "./all-cases.ts";
import type { ContractCase } from "./contract-case.ts";
import type { ContractTarget } from "./contract-target.ts";
import { targetChoices } from "./fixture/targets.ts";
import { prepareContract, runContractCase } from "./run-case.ts";

test("ids are unique", () => {
  const ids = contractCases.map((row) => row.id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

describe.each(targetChoices)("the contract on $name", ({ available, credentials, open }) => {
  const signal = AbortSignal.timeout(600_000);
  let target: ContractTarget;

  beforeAll(async () => {
    if (!available) return;
    target = await open();
    await prepareContract(target, signal);
  }, 120_000);
  afterAll(async () => {
    await target?.[Symbol.asyncDispose]();
  });

  const rows = contractCases.filter((row) => credentials || row.needsCredentials !== true);
  const run = (
    suite: (title: string, tests: () => void) => unknown,
    title: string,
    chosen: readonly ContractCase[],
  ): unknown =>
    suite(title, () => {
      test.skipIf(!available).each(chosen.map((row) => [row.id, row.title, row] as const))(
        "%s %s",
        async (_id, _title, row) => {
          await runContractCase(target, row, signal);
        },
        60_000,
      );
    });
  run(
    describe.concurrent,
    "waiting",
    rows.filter(({ waits }) => waits),
  );
  run(
    describe,
    "in order",
    rows.filter(({ waits }) => !waits),
  );
});
