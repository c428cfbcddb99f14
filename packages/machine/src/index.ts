export { systemClock } from "./clock.ts";
export type { Clock } from "./clock.ts";
export { systemDisk } from "./disk.ts";
export type { Disk } from "./disk.ts";
export { thisMachine } from "./machine.ts";
export type { Machine } from "./machine.ts";
export { randomName, systemRng } from "./rng.ts";
export type { Rng } from "./rng.ts";
