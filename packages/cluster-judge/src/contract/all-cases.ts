import { accessCases } from "./cases/access-cases.ts";
import { applyCases } from "./cases/apply-cases.ts";
import { applyRequestCases } from "./cases/apply-request-cases.ts";
import { definitionCases } from "./cases/definition-cases.ts";
import { deleteCases } from "./cases/delete-cases.ts";
import { denialCases } from "./cases/denial-cases.ts";
import { discoveryCases } from "./cases/discovery-cases.ts";
import { errorCases } from "./cases/error-cases.ts";
import { keptCases } from "./cases/kept-cases.ts";
import { listCases } from "./cases/list-cases.ts";
import { mergeCases } from "./cases/merge-cases.ts";
import { subresourceCases } from "./cases/subresource-cases.ts";
import { watchCases } from "./cases/watch-cases.ts";
import { writeCases } from "./cases/write-cases.ts";
import type { ContractCase } from "./contract-case.ts";

const areas: readonly (readonly ContractCase[])[] = [
  keptCases,
  errorCases,
  denialCases,
  listCases,
  watchCases,
  applyCases,
  mergeCases,
  applyRequestCases,
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
