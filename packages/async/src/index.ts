export { backOff, spread } from "./back-off.ts";
export type { Doubling } from "./back-off.ts";
export { createBell } from "./bell.ts";
export type { Bell, Sleep } from "./bell.ts";
export { createListeners } from "./listeners.ts";
export type { Listeners } from "./listeners.ts";
export { parallel } from "./parallel.ts";
export { pause } from "./pause.ts";
export { orAborted, untilAborted } from "./until-aborted.ts";
