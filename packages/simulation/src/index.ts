export { seeded } from "./time/seeded.ts";
export type { Seeded } from "./time/seeded.ts";
