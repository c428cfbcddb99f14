export { CHAIN_START, ChainBroken, entryHash } from "./chain-link.ts";
export { encodeSegment, segmentName, verifySegment } from "./segment-file.ts";
export type { ReadSegment, Segment } from "./segment-file.ts";
