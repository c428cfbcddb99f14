export { CHAIN_START, ChainBroken, entryHash } from "./chain-link.ts";
export { judgeChain } from "./judge-chain.ts";
export type { ChainFinding, ChainVerdict, FoundSegment } from "./judge-chain.ts";
export { encodeSegment, segmentName, verifySegment } from "./segment-file.ts";
export type { ReadSegment, Segment } from "./segment-file.ts";
export { folderOfChain, misplaced, nameInExport } from "./segment-place.ts";
