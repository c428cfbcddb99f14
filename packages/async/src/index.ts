export { createListeners } from "./listeners.ts";
export type { Listeners } from "./listeners.ts";
export { parallel } from "./parallel.ts";
export { orAborted, untilAborted } from "./until-aborted.ts";
