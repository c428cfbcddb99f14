import type { UnitVersion } from "@evenkeel/contracts";

/** The version of a unit that was never given one. */
export const noVersion: UnitVersion = { fleet: 0n, selection: 0n, sources: [], tools: 0n };
