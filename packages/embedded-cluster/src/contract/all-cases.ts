import { applyCases } from "./cases/apply-cases.ts";
import { errorCases } from "./cases/error-cases.ts";
import type { ContractCase } from "./contract-case.ts";

export const contractCases: readonly ContractCase[] = [...errorCases, ...applyCases];
