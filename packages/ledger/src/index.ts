export { CHAIN_START, ChainBroken, entryHash, storedAs, storedHash } from "./chain-link.ts";
export type { StoredEntry } from "./chain-link.ts";
export { surveyChain } from "./survey-chain.ts";
export type { ChainFinding, ChainSurvey, FoundSegment } from "./survey-chain.ts";
export { encodeSegment, segmentName, verifySegment } from "./segment-file.ts";
export type { ReadSegment, Segment } from "./segment-file.ts";
export { folderOfChain, misplaced, nameInExport } from "./segment-place.ts";
