import { once } from "node:events";
import { Worker } from "node:worker_threads";

import type { Tool } from "../tools.ts";
import { withholdContent } from "./withhold-content.ts";

export interface WithholdOrder {
  readonly tool: Tool["name"];
  readonly said: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Less than this is looked at at once: a thread would take longer to begin. */
const SMALL_BYTES = 256 * 1024;
const DEADLINE_MS = 20_000;
const NOT_TOLD = "what it says cannot be told: its input is too large to look for values in";

/** `withholdContent`, where it may take long in a thread of its own, so that a refusal holds up no other render. */
export const withholdAside = async (
  order: WithholdOrder,
  signal: AbortSignal,
  deadlineMs = DEADLINE_MS,
): Promise<string> => {
  let bytes = 0;
  for (const content of order.files.values()) bytes += content.length;
  if (bytes < SMALL_BYTES) return withholdContent(order.tool, order.said, order.files);
  const worker = new Worker(new URL("./withhold-worker.ts", import.meta.url), { workerData: order });
  const until = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  try {
    const [told] = (await once(worker, "message", { signal: until })) as [string];
    return told;
  } catch {
    // Nothing is told rather than something that was not looked at.
    signal.throwIfAborted();
    return NOT_TOLD;
  } finally {
    await worker.terminate();
  }
};
