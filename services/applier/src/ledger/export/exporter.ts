import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { ExportAnswer, ExportOrder } from "./export-order.ts";

/** The export folder of one applier: one segment at a time, whatever chain it is of. */
export interface Exporter {
  readonly folder: string;
  /** Resolves once the segment is on the disk. Throws what keeps it from that, within the deadline, or the signal's reason. */
  store(order: Omit<ExportOrder, "folder">, text: string, signal: AbortSignal): Promise<void>;
}

const SCRIPT = fileURLToPath(new URL("./export-process.ts", import.meta.url));
const DEADLINE_MS = 30_000;
/** A killed process ends at once, unless the kernel itself waits for the folder. */
const GONE_MS = 2_000;

/** Opens the folder for exports; nothing of it is touched by this process. */
export const openExporter = (given: string, deadlineMs = DEADLINE_MS): Exporter => {
  const folder = resolve(given);
  let turn: Promise<unknown> = Promise.resolve();
  let running: ChildProcessWithoutNullStreams | undefined;
  let silences = 0;
  const used = new Set<string>();
  const silent = (): Error =>
    new Error(`the export folder ${folder} does not answer within ${deadlineMs / 1_000} s: see to its volume`);

  const start = (order: ExportOrder): ChildProcessWithoutNullStreams => {
    const child = spawn(process.execPath, [SCRIPT, JSON.stringify(order)], { stdio: "pipe", env: {} });
    running = child;
    child.on("exit", () => {
      if (running === child) running = undefined;
    });
    child.stdin.on("error", () => {}); // it ended before it had read everything: told by its end
    for (const each of [child, child.stdin, child.stdout, child.stderr] as unknown as readonly Pick<Socket, "unref">[])
      each.unref();
    return child;
  };
  const end = async (child: ChildProcessWithoutNullStreams): Promise<void> => {
    child.kill("SIGKILL");
    if (running === child) await once(child, "exit", { signal: AbortSignal.timeout(GONE_MS) }).catch(() => {});
  };
  const run = async (order: ExportOrder, text: string, signal: AbortSignal): Promise<void> => {
    const deadline = AbortSignal.timeout(deadlineMs);
    const child = start(order);
    let [said, complained] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (more: string) => (said += more));
    child.stderr.setEncoding("utf8").on("data", (more: string) => (complained = `${complained}${more}`.slice(-2_000)));
    child.stdin.end(text);
    try {
      await once(child, "close", { signal: AbortSignal.any([signal, deadline]) });
    } catch (error) {
      await end(child);
      if (signal.aborted) throw signal.reason;
      if (!deadline.aborted) throw error;
      silences += 1;
      throw silent();
    }
    if (said === "") throw new Error(`the export ended without an answer: ${complained}`);
    const { why } = JSON.parse(said) as ExportAnswer;
    if (why !== undefined) throw new Error(`the ledger cannot be exported: ${why}`);
  };
  return {
    folder,
    store: async (order, text, signal) => {
      signal.throwIfAborted();
      const before = silences;
      const mine = turn.then(async () => {
        signal.throwIfAborted();
        // Who waited behind one that got no answer waits no second time, nor beside a process that cannot even be killed.
        if (silences > before || running !== undefined) throw silent();
        // The deepest first: what is told of it makes the others, too.
        await run({ ...order, folder, needs: [...new Set([...used, ...order.needs])] }, text, signal);
        used.add(dirname(order.file));
      });
      turn = mine.catch(() => {});
      const settled = new AbortController();
      const ended = once(signal, "abort", { signal: settled.signal }).then(() => signal.throwIfAborted());
      try {
        await Promise.race([mine, ended]);
      } finally {
        settled.abort();
      }
    },
  };
};
