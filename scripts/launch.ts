// What the whole-system stories use of the start.
export { openInstallation } from "./start/installation.ts";
export { keepBus } from "./start/keep-bus.ts";
export { launchProcesses } from "./start/launch-processes.ts";
export type { Launched, LaunchOptions } from "./start/launch-processes.ts";
export { postWebhook } from "./start/post-webhook.ts";
export { runSteps } from "./tour/run-tour.ts";
export type { Stage, Step } from "./tour/step.ts";
