import { applyCases } from "./cases/apply-cases.ts";
import { accessCases, definitionCases, discoveryCases } from "./cases/discovery-cases.ts";
import { errorCases } from "./cases/error-cases.ts";
import { listCases } from "./cases/list-cases.ts";
import { deleteCases, subresourceCases, writeCases } from "./cases/object-cases.ts";
import { watchCases } from "./cases/watch-cases.ts";
import type { ContractCase } from "./contract-case.ts";

const areas: readonly (readonly ContractCase[])[] = [
  errorCases,
  listCases,
  watchCases,
  applyCases,
  writeCases,
  subresourceCases,
  deleteCases,
  definitionCases,
  discoveryCases,
  accessCases,
];

/** All cases; those that make past versions expire come last. */
export const contractCases: readonly ContractCase[] = [
  ...areas.flat().filter((row) => row.expires !== true),
  ...areas.flat().filter((row) => row.expires === true),
];
